// SPDX-License-Identifier: Apache-2.0

import Support

/// The rules in force, in the order they were added. Several may hit the same request.
package final class FaultBook: Sendable {
    struct Rule: Sendable {
        let id: Int
        let fault: Fault
        var seen = 0
        var hits = 0
        var generator: SeededGenerator
        /// For a rate: the present second, and how many requests came in it.
        var second = (number: 0.0, requests: 0)
        /// Fulfilled when the rule is removed: what stalled goes on.
        let removed = Promise<Void>()
    }

    /// An effect that is due, with what it needs of its rule.
    struct Due: Sendable {
        let effect: Fault.Effect
        /// 0..<1, for the jitter of a latency.
        let chance: Double
        let released: Promise<Void>
    }

    private let state = Locked((next: 1, rules: [Rule]()))

    /// Adds a rule and says its number.
    @discardableResult
    package func add(_ fault: Fault) -> Int {
        let seed: UInt64 = if case .probability(_, let seed) = fault.trigger { seed } else { 0 }
        return state.withLock { state in
            let id = state.next
            state.next += 1
            state.rules.append(Rule(id: id, fault: fault, generator: SeededGenerator(seed: seed)))
            return id
        }
    }

    /// Removes a rule; `false` if there is none of that number. What it stalled goes on.
    @discardableResult
    package func remove(_ id: Int) -> Bool {
        let rule = state.withLock { state in
            state.rules.firstIndex { $0.id == id }.map { state.rules.remove(at: $0) }
        }
        rule?.removed.fulfil(())
        return rule != nil
    }

    package func removeAll() {
        let rules = state.withLock { state in
            defer { state.rules.removeAll() }
            return state.rules
        }
        for rule in rules { rule.removed.fulfil(()) }
    }

    /// How many requests a rule has hit; `nil` if there is none of that number.
    package func hits(of id: Int) -> Int? {
        state.withLock { state in state.rules.first { $0.id == id }?.hits }
    }

    var rules: [Rule] { state.withLock { $0.rules } }

    /// Counts a request with every rule that looks at it, and says what is due.
    ///
    /// - Parameter now: seconds since 1970.
    func due(for route: Route, _ request: IncomingRequest, now: Double) -> [Due] {
        state.withLock { state in
            state.rules.indices.compactMap { index in
                guard state.rules[index].fault.match.includes(route, request) else { return nil }
                return state.rules[index].take(now: now)
            }
        }
    }
}

extension FaultBook.Rule {
    /// Counts a matching request.
    fileprivate mutating func take(now: Double) -> FaultBook.Due? {
        seen += 1
        let chance = generator.unit()
        let isTriggered =
            switch fault.trigger {
            case .always: true
            case .nth(let number): seen == number
            case .times(let count): seen <= count
            case .probability(let probability, _): chance < probability
            }
        guard isTriggered, isBeyondRate(now: now) else { return nil }
        hits += 1
        return FaultBook.Due(effect: fault.effect, chance: generator.unit(), released: removed)
    }

    /// Whether a rate has been used up; true for all other effects.
    private mutating func isBeyondRate(now: Double) -> Bool {
        guard case .rate(let limit, _) = fault.effect else { return true }
        let number = now.rounded(.down)
        second = (number, number == second.number ? second.requests + 1 : 1)
        return second.requests > limit
    }
}

extension SeededGenerator {
    /// A number in 0..<1.
    mutating func unit() -> Double { Double(next() >> 11) / Double(1 << 53) }
}
