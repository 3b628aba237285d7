// SPDX-License-Identifier: Apache-2.0

extension Double {
    /// PyYAML's text of a float: Python's `repr`, with ".0" put in where it has an exponent but no point (`1.0e+17`).
    ///
    /// Swift and Python agree on the shortest digits that read back as the same number. They differ in when to use an
    /// exponent: Python for powers of ten below 10^-4 and from 10^16 on.
    var yaml: String {
        if isNaN { return ".nan" }
        if isInfinite { return self < 0 ? "-.inf" : ".inf" }
        let sign = self.sign == .minus ? "-" : ""
        if isZero { return sign + "0.0" }
        let (digits, point) = magnitude.shortestDigits
        if -3...16 ~= point { return sign + Self.positional(digits, point: point) }
        let fraction = digits.dropFirst()
        let exponent = point - 1
        return sign + digits.prefix(1) + "." + (fraction.isEmpty ? "0" : fraction)
            + (exponent < 0 ? "e-" : "e+") + (abs(exponent) < 10 ? "0" : "") + String(abs(exponent))
    }

    /// The significant decimal digits, and where the point stands: the number is 0.digits times 10^point.
    private var shortestDigits: (digits: String, point: Int) {
        let parts = description.split(separator: "e")
        let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        let exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
        let all = mantissa.joined()
        let digits = all.drop { $0 == "0" }
        let significant = digits.reversed().drop { $0 == "0" }.reversed()
        return (String(significant), mantissa[0].count - (all.count - digits.count) + exponent)
    }

    private static func positional(_ digits: String, point: Int) -> String {
        if point <= 0 { return "0." + String(repeating: "0", count: -point) + digits }
        if point >= digits.count { return digits + String(repeating: "0", count: point - digits.count) + ".0" }
        return digits.prefix(point) + "." + digits.dropFirst(point)
    }
}
