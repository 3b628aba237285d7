// SPDX-License-Identifier: Apache-2.0

import Values

/// The right to write, until it expires.
package struct Lease: Sendable, Equatable {
    package let owner: String
    /// Seconds since 1970.
    package let expires: Double
    /// Grows with every change of owner, so that a late writer can be told from the present one.
    package let token: Int64

    package init(owner: String, expires: Double, token: Int64) {
        self.owner = owner
        self.expires = expires
        self.token = token
    }
}

extension Lease {
    /// `_id` of the document that holds the lease of the one writer.
    static let writer = "writer"

    /// The lease that `owner` may take or renew now; `nil` while another owner's is valid.
    static func next(after current: Lease?, owner: String, now: Double, ttl: Double) -> Lease? {
        guard let current else { return Lease(owner: owner, expires: now + ttl, token: 1) }
        if current.owner.isIdentical(toText: owner) {
            return Lease(owner: owner, expires: now + ttl, token: current.token)
        }
        guard !(current.expires > now) else { return nil }
        return Lease(owner: owner, expires: now + ttl, token: current.token &+ 1)
    }

    /// The same lease, free for anyone; its token stays.
    var released: Lease { Lease(owner: owner, expires: 0, token: token) }

    var document: Object {
        ["owner": .string(owner), "expires": .double(expires), "token": .int64(token)]
    }

    /// Reads a document; what is damaged in it makes it a lease of nobody, or one that has expired.
    init(document: Object) {
        let expires: Double =
            switch document["expires"] {
            case .double(let value)?: value
            case .int32(let value)?: Double(value)
            case .int64(let value)?: Double(value)
            default: 0
            }
        let token: Int64 =
            switch document["token"] {
            case .int32(let value)?: Int64(value)
            case .int64(let value)?: value
            default: 0
            }
        self.init(owner: document["owner"]?.string ?? "", expires: expires, token: token)
    }
}
