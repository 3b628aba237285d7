// SPDX-License-Identifier: Apache-2.0

import Testing
package import Values

/// One monitoring cycle of OSM's own VM monitor as it was recorded: database and clouds before, what was written, and
/// the database after.
///
/// In documents of the database and of the clouds a number with "." or exponent is a `.double`, any other the integer
/// that fits. The order of an object's keys has no meaning in what is expected, the order of arrays has.
package struct GoldenScenario: Sendable {
    package let name: String
    package let description: String
    package let category: String

    /// The monitor's configuration. Where `database.driver` is "mongo", host and name of the database are left out.
    package let config: Value

    /// The documents of the collections, in natural order. Without `admin` documents that collection does not exist.
    package let admin: [Object]
    package let vimAccounts: [Object]
    package let roTasks: [Object]
    package let vnfrs: [Object]

    /// What each account's cloud holds, by account id.
    package let vims: [String: GoldenVIM]

    /// The text with which writing a `ca_cert` file fails, if it does.
    package let certWriteError: String?

    package let expected: Expected

    /// The whole recording as one object: `name`, `description`, `category`, `config`, `input`, `expected`.
    package let document: Value

    /// FNV-1a 64 of `document` in the canonical form of scripts/pack-golden, computed from the recording itself.
    package let checksum: String

    package struct Expected: Sendable {
        /// Arguments of each connector created, in order: `uuid, name, tenant_id, tenant_name, url, user, passwd`
        /// (decrypted), `config` (decrypted, `ca_cert_content` replaced by `ca_cert`).
        package let connectors: [Value]

        /// The accounts that were asked for servers and ports, in order.
        package let fetched: [String]

        /// Each `update_many` of `{"$set": update_dict}` in order: `collection, filter, update_dict, failed`.
        package let updates: [Value]

        /// The collection `vnfrs` afterwards, in the order of the input.
        package let vnfrs: [Object]

        /// The exception that ended the cycle.
        package let raised: GoldenRaised?

        /// Seconds until the next cycle; null if no timer was started.
        package let timer: Value
    }
}

extension GoldenScenario: CustomTestStringConvertible {
    package var testDescription: String { name }
}

/// One cloud of a scenario.
package struct GoldenVIM: Sendable {
    /// Nova servers (microversion 2.60) as in `GET /servers/detail`.
    package let servers: [Value]

    /// Neutron ports as in `GET /v2.0/ports`.
    package let ports: [Value]

    /// All flavours that the project sees.
    package let flavors: [Flavor]

    /// What the request to the cloud raises.
    package let fetchError: Failure?

    /// What creating the connector raises.
    package let initError: Failure?

    package typealias Flavor = (id: String, name: String)

    /// A Python exception: name of its class and text.
    package typealias Failure = (type: String, message: String)
}

/// A Python exception that the monitor raised.
package struct GoldenRaised: Sendable {
    /// The name of its class; "Error" is `binascii.Error`.
    package let type: String
    package let message: String
    package let phase: Phase
    package let match: Match

    package enum Phase: String, Sendable {
        /// Checking the configuration.
        case config
        /// Connecting, reading accounts, creating connectors.
        case `init`
        /// The cycle.
        case run
    }

    package enum Match: String, Sendable {
        /// `message` is the whole text.
        case exact
        /// The text begins with `message`; what follows comes from the database server or the operating system.
        case prefix
    }
}
