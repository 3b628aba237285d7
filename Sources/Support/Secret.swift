// SPDX-License-Identifier: Apache-2.0

/// A text that must not show up in logs, errors, pages or dumps: printing it, in whatever way, gives "<redacted>".
///
/// Whoever needs the text asks for it by name, so that every place where it leaves can be found by searching `reveal`.
package struct Secret: Sendable, Equatable {
    package let reveal: String

    package init(_ text: String) { reveal = text }

    /// What is shown instead of any secret.
    package static let mask = "<redacted>"
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { Self.mask }
    package var debugDescription: String { Self.mask }
    package var customMirror: Mirror { Mirror(reflecting: Self.mask) }
}
