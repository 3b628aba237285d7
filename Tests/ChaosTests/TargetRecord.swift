// SPDX-License-Identifier: Apache-2.0

/// `vnfrs:<vnfr>:vdur.<index>.vim_info.vim:<account>`, as NG-RO's tasks name a VDU.
struct TargetRecord: Hashable, Sendable {
    var vnfr: String
    var index: Int
    var account: String

    init(vnfr: String, index: Int, account: String) {
        self.vnfr = vnfr
        self.index = index
        self.account = account
    }

    init?(_ text: String) {
        let parts = text.split(separator: ":").map(String.init)
        let place = parts.count == 4 ? parts[2].split(separator: ".").map(String.init) : []
        guard place.count == 4, let index = Int(place[1]) else { return nil }
        self.init(vnfr: parts[1], index: index, account: parts[3])
    }

    var text: String { "vnfrs:\(vnfr):vdur.\(index).vim_info.vim:\(account)" }
}
