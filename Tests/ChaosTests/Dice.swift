// SPDX-License-Identifier: Apache-2.0

import Simulator

/// Chance that a number decides: the same number draws the same things on every machine.
struct Dice: Sendable {
    /// A way to go on, and how often it is taken compared with others.
    typealias Choice<Element> = (weight: Int, make: (inout Dice) -> Element)

    private var generator: SeededGenerator

    /// - Parameter matter: what is drawn; one matter changes nothing of what another draws.
    init(_ number: UInt64, about matter: String = "chaos") { generator = SeededGenerator(seed: number, text: matter) }

    mutating func bits() -> UInt64 { generator.next() }

    mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }

    mutating func chance(_ percent: Int) -> Bool { number(1...100) <= percent }

    mutating func pick<Element>(_ elements: [Element]) -> Element { elements[number(0...(elements.count - 1))] }

    /// One of several ways to go on, each as likely as its weight says.
    mutating func pick<Element>(_ choices: [Choice<Element>]) -> Element {
        var rest = number(1...choices.reduce(0) { $0 + $1.weight })
        for choice in choices.dropLast() {
            rest -= choice.weight
            if rest <= 0 { return choice.make(&self) }
        }
        return choices[choices.count - 1].make(&self)
    }
}
