// SPDX-License-Identifier: Apache-2.0

import Support
import Values

/// A token and what Keystone said with it.
struct Token: Sendable {
    let id: Secret
    let userID: String
    let projectID: String
    let catalogue: Catalogue
    /// Seconds since 1970 by our clock from which on a new one is wanted; `nil` if Keystone named no usable time: then
    /// only a 401 ends it.
    let renewal: Double?

    /// A token is renewed so many seconds before it expires, or a tenth of its lifetime if that is shorter.
    private static let margin = 120.0

    /// - Parameters:
    ///   - body: the whole answer.
    ///   - subject: the header `X-Subject-Token`, which v3 has and v2.0 has not.
    /// - Returns: `nil` if something is missing without which the token is of no use.
    init?(_ version: KeystoneVersion, body: Value, subject: String?, now: Double) {
        switch version {
        case .v3:
            guard let token = body["token"], let id = subject, let user = token["user"]?["id"]?.string else {
                return nil
            }
            self.id = Secret(id)
            userID = user
            projectID = token["project"]?["id"]?.string ?? ""
            catalogue = Catalogue(token["catalog"]?.array ?? [])
            renewal = Self.renewal(expires: token["expires_at"], issued: token["issued_at"], now: now)
        case .v2:
            guard let access = body["access"], let token = access["token"], let id = token["id"]?.string,
                let user = access["user"]?["id"]?.string
            else { return nil }
            self.id = Secret(id)
            userID = user
            projectID = token["tenant"]?["id"]?.string ?? ""
            catalogue = Catalogue(access["serviceCatalog"]?.array ?? [])
            renewal = Self.renewal(expires: token["expires"], issued: token["issued_at"], now: now)
        }
    }

    /// The lifetime is what Keystone's own clock says it is, so that clocks apart do no harm.
    private static func renewal(expires: Value?, issued: Value?, now: Double) -> Double? {
        guard let expires = expires?.string.flatMap(Timestamp.seconds) else { return nil }
        let lifetime = issued?.string.flatMap(Timestamp.seconds).map { expires - $0 } ?? (expires - now)
        guard lifetime > 0 else { return nil }
        let end = expires > now ? min(expires, now + lifetime) : now + lifetime
        return end - min(margin, (end - now) / 10)
    }
}
