// SPDX-License-Identifier: Apache-2.0

import Simulator

/// What happens in one run, drawn from its number: a world, and what happens in it from cycle to cycle.
struct Schedule: Sendable {
    enum StoreKind: String, Sendable {
        case memory, mongo
    }

    enum Step: Sendable {
        case event(Event)
        case wait(seconds: Double)
        /// A cycle of every instance, with what happens in its midst.
        case cycle([Surprise], failures: [StoreFailure])
    }

    let number: UInt64
    let store: StoreKind
    /// How many servers each cloud has.
    let servers: [Int]
    let vdusPerVNF: Int
    /// One VNF has VDUs in both clouds.
    let isMixed: Bool
    /// Servers and ports on a page; `nil`: as the cloud likes.
    let serversPerPage: Int?
    let portsPerPage: Int?
    /// How many instances of the service run against the database. More than one takes turns by the lease.
    let instances: Int
    /// Requests that get no answer are given up soon. Else nothing ends because of a slow machine.
    let isImpatient: Bool
    /// How many VMs may be asked for by id in one cycle.
    let proofs: Int
    /// How far the clouds' clocks are from ours, in seconds.
    let skew: Double
    let tls: TLSDrawer.Kind
    let steps: [Step]

    init(_ number: UInt64) {
        var dice = Dice(number)
        self.number = number
        store = number % 5 == 0 ? .mongo : .memory
        servers = (0..<dice.number(1...2)).map { _ in dice.number(1...7) }
        vdusPerVNF = dice.number(1...4)
        isMixed = servers.count == 2 && dice.chance(40)
        serversPerPage = dice.chance(50) ? dice.number(1...4) : nil
        portsPerPage = dice.chance(50) ? dice.number(1...5) : nil
        instances = dice.chance(15) ? 2 : 1
        isImpatient = dice.chance(6)
        proofs = dice.chance(20) ? 2 : 20
        skew = dice.chance(20) ? Double(dice.number(-5400...5400)) : 0
        let drawer = EventDrawer(clouds: servers.count, stalls: isImpatient)
        let steps = (0..<dice.number(3...7)).flatMap { _ in drawer.round(&dice) }
        var own = Dice(number, about: "TLS")
        tls = TLSDrawer.kind(&own)
        self.steps = tls == .none ? steps : TLSDrawer.spoil(steps, &own)
    }
}

extension Schedule: CustomStringConvertible {
    var description: String {
        let world =
            "\(store), servers \(servers), \(vdusPerVNF) per VNF\(isMixed ? ", one VNF in both clouds" : ""), "
            + "pages \(serversPerPage.map(String.init) ?? "-")/\(portsPerPage.map(String.init) ?? "-"), "
            + "\(instances) instance(s), \(proofs) proofs, skew \(skew)\(isImpatient ? ", impatient" : "")"
            + "\(tls == .none ? "" : ", TLS (\(tls))")"
        return (["schedule \(number): \(world)"] + steps.map { "  \($0)" }).joined(separator: "\n")
    }
}
