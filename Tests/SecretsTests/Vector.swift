// SPDX-License-Identifier: Apache-2.0

import Foundation
import Secrets
import Support
import Testing
import Values

/// One line of `Fixtures/decrypt.jsonl`.
struct Vector: Decodable, Sendable, CustomTestStringConvertible {
    var line = 0
    let category: String
    let commonkey: String?
    let masterpassword: String?
    let serial: String?
    let salt: String?
    let schemaVersion: String?
    let ciphertext: String?
    let plaintext: String?
    let document: Json?
    let decrypted: Json?
    let error: String?

    enum CodingKeys: String, CodingKey {
        case category, commonkey, masterpassword, salt, ciphertext, plaintext, document, decrypted, error
        case serial = "serial_b64"
        case schemaVersion = "schema_version"
    }

    var testDescription: String { "line \(line), \(category)" }

    /// The common key as OSM picks it: an empty one gives way to the older name.
    var key: Secret? {
        let key = commonkey.flatMap { $0.isEmpty ? nil : $0 } ?? masterpassword
        return key.map { Secret($0) }
    }

    /// The account to decrypt: the recorded one, or a single value under a secret key.
    var account: Object {
        document?.value.object ?? ["config": ["admin_password": .string(ciphertext ?? "")]]
    }

    var expected: Object? {
        decrypted?.value.object ?? plaintext.map { ["config": ["admin_password": .string($0)]] }
    }

    static let all: [Vector] = {
        guard let url = Bundle.module.url(forResource: "decrypt", withExtension: "jsonl", subdirectory: "Fixtures"),
            let data = try? Data(contentsOf: url)
        else { return [] }
        return data.split(separator: UInt8(ascii: "\n")).enumerated().compactMap { index, line in
            var vector = try? JSONDecoder().decode(Vector.self, from: line)
            vector?.line = index + 1
            return vector
        }
    }()
}

/// A JSON document as a `Value`.
struct Json: Decodable, Sendable {
    let value: Value

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            value = .null
        } else if let bool = try? container.decode(Bool.self) {
            value = .bool(bool)
        } else if let int = try? container.decode(Int64.self) {
            value = .int(int)
        } else if let double = try? container.decode(Double.self) {
            value = .double(double)
        } else if let string = try? container.decode(String.self) {
            value = .string(string)
        } else if let array = try? container.decode([Json].self) {
            value = .array(array.map(\.value))
        } else {
            let members = try container.decode([String: Json].self)
            value = .object(Object(uniqueMembers: members.map { .init(key: $0.key, value: $0.value.value) }))
        }
    }
}
