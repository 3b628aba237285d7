// SPDX-License-Identifier: Apache-2.0

import Support
import Values

/// The body of a request for a token, as keystoneauth writes it.
enum LoginBody {
    /// `nil` if this version has no such login: application credentials came with version 3.
    static func make(_ config: AccountConfig, _ version: KeystoneVersion) -> Value? {
        switch version {
        case .v2: v2(config)
        case .v3: v3(config)
        }
    }

    /// https://docs.openstack.org/api-ref/identity/v3/#authentication-and-token-management
    private static func v3(_ config: AccountConfig) -> Value {
        var auth = Object()
        auth["identity"] = identity(config)
        auth["scope"] = scope(config)
        return ["auth": .object(auth)]
    }

    private static func identity(_ config: AccountConfig) -> Value {
        switch config.credential {
        case .password(let user, let password):
            var identified = identified(user, config)
            identified["password"] = .string(password.reveal)
            return ["methods": ["password"], "password": ["user": .object(identified)]]
        case .applicationID(let id, let secret):
            return [
                "methods": ["application_credential"],
                "application_credential": ["id": .string(id), "secret": .string(secret.reveal)],
            ]
        case .applicationName(let name, let user, let secret):
            return [
                "methods": ["application_credential"],
                "application_credential": [
                    "name": .string(name), "secret": .string(secret.reveal),
                    "user": .object(identified(user, config)),
                ],
            ]
        }
    }

    private static func identified(_ user: AccountConfig.User, _ config: AccountConfig) -> Object {
        switch user {
        case .id(let id): ["id": .string(id)]
        case .name(let name): ["name": .string(name), "domain": value(config.userDomain)]
        }
    }

    /// `nil` with an application credential: its project is the only one, and naming one is an error.
    private static func scope(_ config: AccountConfig) -> Value? {
        guard case .password = config.credential else { return nil }
        if let trust = config.trustID { return ["OS-TRUST:trust": ["id": .string(trust)]] }
        switch config.project {
        case .id(let id): return ["project": ["id": .string(id)]]
        case .name(let name): return ["project": ["name": .string(name), "domain": value(config.projectDomain)]]
        case nil: return nil
        }
    }

    private static func value(_ domain: AccountConfig.Domain) -> Value {
        switch domain {
        case .id(let id): ["id": .string(id)]
        case .name(let name): ["name": .string(name)]
        }
    }

    /// https://docs.openstack.org/api-ref/identity/v2/ (removed from Keystone in Queens, still met in the field)
    private static func v2(_ config: AccountConfig) -> Value? {
        guard case .password(let user, let password) = config.credential else { return nil }
        var auth = Object()
        switch user {
        case .id(let id):
            auth["passwordCredentials"] = ["userId": .string(id), "password": .string(password.reveal)]
        case .name(let name):
            auth["passwordCredentials"] = ["username": .string(name), "password": .string(password.reveal)]
        }
        switch config.project {
        case .id(let id): auth["tenantId"] = .string(id)
        case .name(let name): auth["tenantName"] = .string(name)
        case nil: break
        }
        if let trust = config.trustID { auth["trust_id"] = .string(trust) }
        return ["auth": .object(auth)]
    }
}
