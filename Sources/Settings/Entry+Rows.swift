// SPDX-License-Identifier: Apache-2.0

import Support

/// A property of the settings.
typealias Path<Value> = any WritableKeyPath<Settings, Value> & Sendable

/// How a row is written in the table.
extension Entry {
    private init<Value: Sendable>(
        _ key: String, _ path: Path<Value>, _ kind: Kind, unit: String, _ help: String, _ origin: Origin,
        read: @escaping @Sendable (Written) throws(Mismatch) -> Value, show: @escaping @Sendable (Value) -> String?
    ) {
        self.init(
            key: key, kind: kind, unit: unit, help: help, origin: origin,
            assign: { (written, settings) throws(Mismatch) in settings[keyPath: path] = try read(written) },
            show: { show($0[keyPath: path]) })
    }

    static func integer(
        _ key: String, _ path: Path<Int>, _ range: ClosedRange<Int>, unit: String = "", _ help: String,
        _ origin: Origin = .ours
    ) -> Entry {
        Entry(
            key, path, .integer(range), unit: unit, help, origin,
            read: { (written) throws(Mismatch) in try written.integer(in: range) }, show: { "\($0)" })
    }

    /// An integer whose zero means that nothing is asked for.
    static func integer(
        _ key: String, _ path: Path<Int?>, _ range: ClosedRange<Int>, unit: String = "", _ help: String
    ) -> Entry {
        Entry(
            key, path, .integer(range), unit: unit, help, .ours,
            read: { (written) throws(Mismatch) in
                let value = try written.integer(in: range)
                return value == 0 ? nil : value
            }, show: { "\($0 ?? 0)" })
    }

    static func number(
        _ key: String, _ path: Path<Double>, _ range: ClosedRange<Double>, unit: String = "", _ help: String
    ) -> Entry {
        Entry(
            key, path, .number(range), unit: unit, help, .ours,
            read: { (written) throws(Mismatch) in try written.number(in: range) }, show: YAMLText.number)
    }

    /// A period as NG-RO reads it: any number, and to Python true and false are 1 and 0.
    static func period(_ key: String, _ path: Path<Double>, _ range: ClosedRange<Double>, _ help: String) -> Entry {
        Entry(
            key, path, .period(range), unit: "", help, .kept,
            read: { (written) throws(Mismatch) in
                if case .boolean(let value) = written.content { return value ? 1 : 0 }
                return try written.number(in: -.infinity...range.upperBound)
            }, show: YAMLText.number)
    }

    static func seconds(
        _ key: String, _ path: Path<Duration>, _ range: ClosedRange<Double>, _ help: String
    ) -> Entry {
        Entry(
            key, path, .seconds(range), unit: "", help, .ours,
            read: { (written) throws(Mismatch) in .seconds(try written.number(in: range)) },
            show: { YAMLText.number($0.inSeconds) })
    }

    static func seconds(
        _ key: String, _ path: Path<Duration?>, _ range: ClosedRange<Double>, _ help: String
    ) -> Entry {
        Entry(
            key, path, .seconds(range), unit: "", help, .ours,
            read: { (written) throws(Mismatch) in .seconds(try written.number(in: range)) },
            show: { $0.map { YAMLText.number($0.inSeconds) } })
    }

    static func boolean(_ key: String, _ path: Path<Bool>, _ help: String) -> Entry {
        Entry(
            key, path, .boolean, unit: "", help, .ours,
            read: { (written) throws(Mismatch) in try written.boolean() }, show: { "\($0)" })
    }

    static func choice<Value: Choice>(
        _ key: String, _ path: Path<Value>, _ help: String, _ origin: Origin = .ours
    ) -> Entry {
        Entry(key, path, choices(Value.self), unit: "", help, origin, read: readChoice, show: { $0.rawValue })
    }

    static func choice<Value: Choice>(
        _ key: String, _ path: Path<Value?>, _ help: String, _ origin: Origin = .ours
    ) -> Entry {
        Entry(key, path, choices(Value.self), unit: "", help, origin, read: readChoice, show: { $0?.rawValue })
    }

    private static func choices<Value: Choice>(_: Value.Type) -> Kind { .choice(Value.allCases.map(\.rawValue)) }

    private static func readChoice<Value: Choice>(_ written: Written) throws(Mismatch) -> Value {
        let text = try written.string().uppercased()
        guard let value = Value.allCases.first(where: { $0.rawValue.uppercased() == text }) else { throw .range }
        return value
    }

    /// Text that cannot be empty.
    static func text(
        _ key: String, _ path: Path<String>, _ help: String, _ origin: Origin = .ours
    ) -> Entry {
        Entry(
            key, path, .text, unit: "", help, origin,
            read: { (written) throws(Mismatch) in
                let text = try written.string()
                guard !text.isEmpty else { throw .range }
                return text
            }, show: YAMLText.text)
    }

    /// Text that may be missing; empty counts as missing.
    static func text(
        _ key: String, _ path: Path<String?>, _ help: String, _ origin: Origin = .ours
    ) -> Entry {
        Entry(
            key, path, .text, unit: "", help, origin,
            read: { (written) throws(Mismatch) in
                let text = try written.string()
                return text.isEmpty ? nil : text
            }, show: { $0.map(YAMLText.text) })
    }

    static func secret(_ key: String, _ path: Path<Secret?>, _ help: String, _ origin: Origin = .ours) -> Entry {
        Entry(
            key, path, .secret, unit: "", help, origin,
            read: { (written) throws(Mismatch) in
                let text = try written.string()
                return text.isEmpty ? nil : Secret(text)
            }, show: { $0.map { _ in Secret.mask } })
    }

    static func uri(
        _ key: String, _ path: Path<Secret?>, schemes: [String], _ help: String, _ origin: Origin = .ours
    ) -> Entry {
        Entry(
            key, path, .uri(schemes: schemes), unit: "", help, origin,
            read: { (written) throws(Mismatch) in
                let text = try written.string()
                guard !text.isEmpty else { return nil }
                guard URIText.isValid(text, schemes: schemes) else { throw .range }
                return Secret(text)
            }, show: { $0.map { URIText.redacted($0.reveal) } })
    }
}
