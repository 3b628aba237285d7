// SPDX-License-Identifier: Apache-2.0

extension Seeded {
    /// A JSON text with all that JSON allows: white space, escapes, repeated keys, numbers of every form.
    package mutating func jsonText(depth: Int) -> String {
        let item =
            switch number(0...(depth > 0 ? 9 : 5)) {
            case 0: pick(["null", "true", "false", "NaN", "Infinity", "-Infinity"])
            case 1, 2: numberText()
            case 3...5: quoted()
            case 6, 7: "[" + joined { $0.jsonText(depth: depth - 1) } + "]"
            default: "{" + joined { $0.quoted() + $0.space() + ":" + $0.jsonText(depth: depth - 1) } + "}"
            }
        return space() + item + space()
    }

    /// An object of few keys in any order, some of them twice, as those of one kind have; with others in it.
    package mutating func objectText(depth: Int) -> String {
        let keys = [
            "a", "b", "c", "id", "a long key 1", "a long key 2", "OS-EXT-STS:task", "OS-EXT-STS:vm", #"\u0061"#,
        ]
        let members = (0..<number(0...4)).map { _ in
            let value =
                switch number(0...(depth > 0 ? 5 : 2)) {
                case 0: pick([#""x""#, "7", "[]", "{}"])
                case 1: #"{"b": 1, "a": 2}"#
                case 2: "null"
                case 3: "[\(objectText(depth: depth - 1)), \(objectText(depth: depth - 1))]"
                default: objectText(depth: depth - 1)
                }
            return "\"\(pick(keys))\"\(pick([": ", ": ", ": ", ":", " : "]))\(value)"
        }
        return "{\(members.joined(separator: ", "))}"
    }

    /// A JSON text with a few bytes changed, taken out or put in.
    package mutating func damaged(_ text: String) -> [UInt8] {
        let structural = Array(#"{}[]":,\u0123eE+-.tfnNI "#.utf8) + [0x80, 0xC3, 0xED, 0xFF, 0]
        var bytes = Array(text.utf8)
        for _ in 0...number(0...3) {
            let place = number(0...bytes.count)
            switch number(0...2) {
            case 0: bytes.insert(pick(structural), at: place)
            case 1 where place < bytes.count: bytes[place] = pick(structural)
            default: bytes.removeSubrange(place..<min(bytes.count, place + number(0...4)))
            }
        }
        return bytes
    }

    private mutating func joined(_ item: (inout Seeded) -> String) -> String {
        let items = (0..<number(0...5)).map { _ in item(&self) }
        return items.isEmpty ? space() : items.joined(separator: ",")
    }

    private mutating func space() -> String { pick(["", "", "", " ", "  ", "\n\t", "\r"]) }

    private mutating func numberText() -> String {
        switch number(0...3) {
        case 0: pick(["0", "-0", "1E5", "-0.0", "0e0", "-0e-0", "1e400", "-1E+400", "9223372036854775808", "1.10"])
        case 1: String(Int64(bitPattern: next()) >> Int64(number(0...63)))
        case 2: pick(["", "-"]) + "1" + (0..<number(0...39)).map { _ in String(number(0...9)) }.joined()
        default: "\(number(0...999)).\(number(0...999))\(pick(["", "e5", "E-7", "e+30", "e-320"]))"
        }
    }

    private mutating func quoted() -> String {
        let pieces = [
            "a", "bc", "a", "0123456789", "id", " ", "/", "é", "日", "🚀", "e\u{301}", "\u{7F}", "\u{85}", "[", "{", ":",
            ",",
            #"\""#, #"\\"#, #"\/"#, #"\n"#, #"\t"#, #"\b"#, #"\u0000"#, #"\u0061"#, #"\u00E9"#, #"\u65e5"#,
            #"\ud83d\ude80"#, #"\u2028"#,
        ]
        if number(0...59) == 0 {
            return pick([#""\ud800""#, #""a\uDC00b""#, #""\ud83d\ud83d\ude80""#, #""\ud83d\n""#])
        }
        return "\"" + (0..<number(0...5)).map { _ in pick(pieces) }.joined() + "\""
    }
}
