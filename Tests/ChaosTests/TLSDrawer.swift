// SPDX-License-Identifier: Apache-2.0

import Simulator

/// Draws how the clouds of a schedule are reached, and for how long they are somebody else to a client that looks.
enum TLSDrawer {
    enum Kind: String, Sendable {
        case none, server
        /// Nobody is let in without a certificate.
        case mutual
    }

    static func kind(_ dice: inout Dice) -> Kind {
        let choices: [Dice.Choice<Kind>] = [(6, { _ in .none }), (3, { _ in .server }), (1, { _ in .mutual })]
        return dice.pick(choices)
    }

    /// The same steps with bad certificates among them: between cycles, or in the midst of one.
    static func spoil(_ steps: [Schedule.Step], _ dice: inout Dice) -> [Schedule.Step] {
        steps.flatMap { step -> [Schedule.Step] in
            guard case .cycle(let surprises, let failures) = step else { return [step] }
            switch dice.number(1...6) {
            case 1: return [.event(certificate(&dice)), step]
            case 2:
                let moment = Surprise.Moment.request(dice.pick(EventDrawer.kinds), nth: dice.number(1...3))
                let surprise = Surprise(moment: moment, deed: .event(certificate(&dice)))
                return [.cycle(surprises + [surprise], failures: failures)]
            case 3...4: return [.event(.certificate(.good)), step]
            default: return [step]
            }
        }
    }

    private static func certificate(_ dice: inout Dice) -> Event { .certificate(dice.pick(ServerCertificate.allCases)) }
}
