// SPDX-License-Identifier: Apache-2.0

import Simulator

/// Draws faults of a cloud: what goes wrong with which of its answers, and how often.
///
/// One thing is left out: a Nova that says of a server by its id that there is none, though there is. Nobody could
/// tell that from the truth.
struct FaultDrawer {
    let clouds: Int
    /// Whether answers may fail to come: each costs the time until somebody gives up.
    let stalls: Bool

    func draw(_ dice: inout Dice) -> Fault {
        let kind = dice.pick(Self.kinds)
        let cloud = ChaosWorld.cloudNames[dice.number(0...(clouds - 1))]
        let isListing = kind == .servers || kind == .ports
        let effect = dice.chance(isListing ? 50 : 0) ? lie(&dice) : failure(&dice)
        // A cell that is down is down for every question to Nova.
        if case .cellDown = effect { return Fault(effect, on: .init(cloud: cloud, service: .nova)) }
        let triggers: [Dice.Choice<Fault.Trigger>] = [
            (4, { _ in .always }), (2, { .nth($0.number(1...3)) }), (2, { .times($0.number(1...3)) }),
            (2, { .probability(0.4, seed: $0.bits()) }),
        ]
        return Fault(effect, on: .init(cloud: cloud, kind: kind), when: dice.pick(triggers))
    }

    /// The listing looks right and is not.
    private func lie(_ dice: inout Dice) -> Fault.Effect {
        let choices: [Dice.Choice<Fault.Effect>] = [
            (4, { .hide(count: $0.number(1...6), seed: $0.bits()) }), (3, { .shorten(to: $0.number(0...4)) }),
            (1, { .duplicate(count: $0.number(1...4)) }), (1, { _ in .linkCycle }),
            (1, { _ in .linkElsewhere("http://192.0.2.1:9") }), (1, { _ in .markerGone }), (1, { _ in .endlessPages }),
            (3, { .cellDown(count: $0.number(1...6), seed: $0.bits(), stubs: $0.chance(50)) }),
        ]
        return dice.pick(choices)
    }

    /// The answer is none.
    private func failure(_ dice: inout Dice) -> Fault.Effect {
        let choices: [Dice.Choice<Fault.Effect>] = [
            (5, { .status($0.pick(Self.statuses), body: $0.pick(Self.bodies)) }),
            (1, { .status($0.chance(50) ? 429 : 503, headers: [("Retry-After", $0.pick(Self.waits))]) }),
            (1, { .truncate(after: Double($0.number(0...9)) / 10) }), (1, { _ in .drop }), (1, { _ in .html }),
            (1, { _ in .empty }), (1, { _ in .contentType("text/plain") }), (1, { _ in .invalidUTF8() }),
            (1, { _ in .garbage }), (1, { _ in .reset }), (1, { .nest(depth: $0.chance(50) ? 3 : 600) }),
            (1, { .oversize(bytes: 400_000, gzip: $0.chance(50)) }), (1, { .apiVersion($0.pick(Self.versions)) }),
            (1, { .rate(perSecond: $0.number(0...2), retryAfter: $0.chance(50) ? "30" : nil) }),
            (1, { _ in .trickle(bytesPerSecond: 5000) }),
            (stalls ? 8 : 0, { .stall(after: Double($0.number(0...9)) / 10) }),
        ]
        return dice.pick(choices)
    }

    /// `nil`: all.
    private static let kinds: [RequestKind?] = [
        .servers, .servers, .servers, .ports, .ports, .server, .server, .port, .token, .flavors, nil,
    ]
    private static let statuses = [300, 301, 400, 401, 403, 404, 406, 409, 500, 502, 503, 504]
    private static let versions = ["", "2.1", "2.93"]
    private static let waits = ["7", "120", "soon", "-1"]
    private static let bodies = [
        "", "<html>Not Found</html>", #"{"code": "404 Not Found", "message": "The resource could not be found."}"#,
        #"{"NeutronError": {"type": "HTTPNotFound", "message": "The resource could not be found."}}"#,
        #"{"badRequest": {"code": 400, "message": "marker [x] not found"}}"#,
        #"{"error": {"code": 500, "message": "Internal Server Error"}}"#,
    ]
}
