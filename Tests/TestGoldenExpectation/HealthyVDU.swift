// SPDX-License-Identifier: Apache-2.0

import TestGolden
import Testing
import Values

/// A VDU of a scenario with which nothing is wrong: however much else is broken, it has to be brought up to date.
///
/// Judged from the scenario's input alone, by rules simpler than those under test.
struct HealthyVDU {
    let vnfr: String
    let index: Int
    let key: String
    let server: Object
    let ports: [Object]

    static func all(in scenario: GoldenScenario) -> [HealthyVDU] {
        guard scenario.admin.allSatisfy({ ["ENABLED", nil].contains($0["status"]?.string) }) else { return [] }
        return scenario.roTasks.compactMap { task in
            guard let entry = task["tasks"]?[0], entry["status"]?.string == "DONE", entry["item"]?.string == "vdu",
                let target = entry["target_record"]?.string?.split(separator: ":").map(String.init), target.count == 4,
                target[0] == "vnfrs", let index = Int(target[2].split(separator: ".").dropFirst().first ?? ""),
                target[2] == "vdur.\(index).vim_info.vim", task["target_id"]?.string == "vim:\(target[3])"
            else { return nil }
            return HealthyVDU(scenario, task: task, vnfr: target[1], index: index, account: target[3])
        }
    }

    private init?(_ scenario: GoldenScenario, task: Object, vnfr: String, index: Int, account: String) {
        guard let vim = scenario.vims[account], vim.fetchError == nil, vim.initError == nil,
            let document = scenario.vimAccounts.first(where: { $0["_id"]?.string == account }),
            Self.isUsable(document, scenario),
            let record = scenario.vnfrs.first(where: { $0["_id"]?.string == vnfr }),
            let vdu = record["vdur"]?[index], vdu["_id"] != nil || vdu["id"] != nil,
            let info = vdu["vim_info"]?["vim:\(account)"],
            let id = task["vim_info"]?["vim_id"]?.string, info["vim_id"]?.string == id,
            let server = vim.servers.first(where: { $0["id"]?.string == id })?.object,
            server["name"]?.string != nil, server["status"]?.string != nil,
            case .array(let interfaces)? = info["interfaces"]
        else { return nil }
        var ports: [Object] = []
        for interface in interfaces {
            guard let portID = interface["vim_interface_id"]?.string,
                let port = vim.ports.first(where: {
                    $0["id"]?.string == portID && $0["device_id"]?.string == id
                })?.object,
                port["status"]?.string == "ACTIVE", port["mac_address"]?.string != nil, port["network_id"] != nil,
                case .array(let addresses)? = port["fixed_ips"], !addresses.isEmpty,
                addresses.allSatisfy({ $0["ip_address"]?.string != nil }),
                port["binding:profile"].map({ $0.object != nil }) ?? true,
                port["binding:vif_details"].map({ $0.object != nil }) ?? true
            else { return nil }
            ports.append(port)
        }
        self.vnfr = vnfr
        self.index = index
        self.key = "vim:\(account)"
        self.server = server
        self.ports = ports
    }

    private static func isUsable(_ account: Object, _ scenario: GoldenScenario) -> Bool {
        let encrypted = ["decrypt_bad_length", "decrypt_not_base64"].contains(scenario.name)
        return account["vim_url"]?.string != nil && account["config"]?.string == nil && !encrypted
    }

    func expectUpToDate(in vnfrs: [Object], _ scenario: String) {
        let vdu = vnfrs.first { $0["_id"]?.string == vnfr }?["vdur"]?[index]
        let info = vdu?["vim_info"]?[key]
        let place: Comment = "\(scenario): \(vnfr) vdur.\(index)"
        #expect(info?["vim_status"]?.string == server["status"]?.string, place)
        #expect(vdu?["status"]?.string == server["status"]?.string, place)
        #expect(info?["vim_name"]?.string == server["name"]?.string, place)
        #expect(vdu?["name"]?.string == server["name"]?.string, place)
        for (position, port) in ports.enumerated() {
            let interface = info?["interfaces"]?[position]
            #expect(interface?["mac_address"]?.string == port["mac_address"]?.string, place)
            #expect(interface?["ip_address"]?.string == port["fixed_ips"]?[0]?["ip_address"]?.string, place)
            let host = server["OS-EXT-SRV-ATTR:host"]?.string
            #expect(interface?["compute_node"]?.string == (host == "" ? nil : host), place)
        }
    }
}
