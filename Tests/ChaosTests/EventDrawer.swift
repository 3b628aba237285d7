// SPDX-License-Identifier: Apache-2.0

import Simulator

/// Draws what happens, each thing as often as it teaches.
struct EventDrawer {
    private let clouds: Int
    private let faults: FaultDrawer

    init(clouds: Int, stalls: Bool) {
        self.clouds = clouds
        faults = FaultDrawer(clouds: clouds, stalls: stalls)
    }

    /// Some events, and the cycle that has to cope with them.
    func round(_ dice: inout Dice) -> [Schedule.Step] {
        var steps = (0..<dice.number(0...3)).map { _ in Schedule.Step.event(event(&dice)) }
        steps.append(.wait(seconds: dice.chance(10) ? Double(dice.number(3000...9000)) : Double(dice.number(1...400))))
        let surprises = (0..<(dice.chance(60) ? dice.number(1...3) : 0)).map { _ in surprise(&dice) }
        let failures = dice.chance(12) ? [dice.pick(StoreFailure.allCases)] : []
        return steps + [.cycle(surprises, failures: failures)]
    }

    private func event(_ dice: inout Dice) -> Event {
        let choices: [Dice.Choice<Event>] = [
            (34, { .change(dice: &$0) }),
            (22, { [faults] in .fault(faults.draw(&$0)) }),
            (7, { _ in .faultsEnd }),
            (20, { .osm(dice: &$0) }),
            (6, { .account($0.pick(AccountWork.allCases), $0.bits()) }),
            (6, { .cloud($0.pick(CloudWork.allCases), $0.bits()) }),
            (4, { .comeBack($0.bits()) }),
            (2, { .revokeTokens($0.bits()) }),
            (4, { _ in .approve }),
            (6, { _ in .restart }),
        ]
        return dice.pick(choices)
    }

    static let kinds: [RequestKind] = [
        .servers, .servers, .ports, .ports, .server, .port, .token, .flavors,
    ]

    private func surprise(_ dice: inout Dice) -> Surprise {
        let target = dice.bits()
        let moments: [Dice.Choice<Surprise.Moment>] = [
            (30, { _ in .afterReading(target) }),
            (30, { _ in .beforeWriting(target) }),
            (10, { _ in .afterWriting(target) }),
            (30, { .request($0.pick(Self.kinds), nth: $0.number(1...3)) }),
        ]
        let deeds: [Dice.Choice<Surprise.Deed>] = [
            (62, { .event(.osm($0.pick(OSMWork.allCases), target)) }),
            (26, { .event(.change(dice: &$0)) }),
            (3, { .event(.revokeTokens($0.bits())) }),
            (3, { .event(.cloud(.changeProject, $0.bits())) }),
            (3, { .event(.comeBack($0.bits())) }),
            (6, { .end($0.chance(50) ? .stop : .kill) }),
        ]
        return Surprise(moment: dice.pick(moments), deed: dice.pick(deeds))
    }
}

extension Event {
    fileprivate static func change(dice: inout Dice) -> Event {
        let often: [Change.Kind] = [.delete, .delete, .delete, .stop, .start, .rename, .changeIP, .deletePort]
        return .change(dice.pick(often + Change.Kind.allCases), dice.bits())
    }

    fileprivate static func osm(dice: inout Dice) -> Event {
        .osm(dice.pick(OSMWork.allCases), dice.bits())
    }
}
