// SPDX-License-Identifier: Apache-2.0

import Foundation
import Secrets
import Support
import TestSeeded
import Testing
import Values

@Suite struct FieldCipherTests {
    @Test func everyVectorIsThere() {
        #expect(Vector.all.count == 216)
    }

    @Test("decrypts and refuses what OSM does", arguments: Vector.all)
    func golden(_ vector: Vector) throws {
        let cipher = try FieldCipher(commonKey: vector.key, serialBase64: vector.serial)
        let result = Result { () throws(DecryptionError) in
            try cipher.decrypt(
                account: vector.account, salt: vector.salt ?? "", schemaVersion: vector.schemaVersion)
        }
        switch (result, vector.expected) {
        case (.success(let account), let expected?):
            #expect(Value.object(account).isIdentical(to: .object(expected)))
        case (.failure(let error), nil):
            #expect("\(error.code)" == vector.error)
            #expect(error.field == "config.admin_password")
        case (.success, nil): Issue.record("decrypted, but the original refuses it: \(vector.error ?? "?")")
        case (.failure(let error), _?): Issue.record("refused: \(error)")
        }
    }

    @Test("encryption is the inverse, byte for byte", arguments: Vector.all.filter { $0.expected != nil })
    func inverse(_ vector: Vector) throws {
        let cipher = try FieldCipher(commonKey: vector.key, serialBase64: vector.serial)
        let clear = try #require(vector.expected)
        let salt = vector.salt ?? ""
        let secret = try cipher.encrypt(account: clear, salt: salt, schemaVersion: vector.schemaVersion)
        let again = try cipher.decrypt(account: secret, salt: salt, schemaVersion: vector.schemaVersion)
        #expect(Value.object(again).isIdentical(to: .object(clear)))
        // What the original stored under "length", "utf8" … may be padded more than needed or malformed.
        if vector.category == "fields" || vector.category == "random" {
            #expect(Value.object(secret).isIdentical(to: .object(vector.account)))
        }
    }

    @Test("any text comes back after any key")
    func roundTrip() throws {
        var random = Seeded()
        for _ in 0..<100 {
            let key = random.text(upTo: 70)
            let serial = Data(random.bytes(upTo: 70)).base64EncodedString()
            let salt = random.text(upTo: 40)
            let cipher = try FieldCipher(commonKey: Secret(key), serialBase64: serial)
            let account: Object = [
                "vim_password": .string(random.text(upTo: 50)),
                "config": ["list": [["Secret": .string(random.text(upTo: 50)), "n": 1], "text"]],
            ]
            let secret = try cipher.encrypt(account: account, salt: salt, schemaVersion: "1.11")
            let clear = try cipher.decrypt(account: secret, salt: salt, schemaVersion: "1.11")
            #expect(Value.object(clear).isIdentical(to: .object(account)))
        }
    }

    @Test("any bytes in a field give a text or an error, never a crash")
    func garbage() throws {
        var random = Seeded()
        let cipher = try FieldCipher(commonKey: Secret("key"), serialBase64: nil)
        var failures = Set<DecryptionError.Code>()
        for _ in 0..<500 {
            let text =
                Bool.random(using: &random)
                ? random.text(upTo: 40) : Data(random.bytes(upTo: 40)).base64EncodedString()
            do {
                _ = try cipher.decrypt(account: ["secret": .string(text)], salt: "id", schemaVersion: "1.11")
            } catch { failures.insert(error.code) }
        }
        #expect(failures == [.notBase64, .badLength, .notUTF8])
    }

    static let keys: [(key: String, isSecret: Bool)] = [
        ("password", true), ("vim_password", true), ("PassWord2", true), ("admin_password_old", true),
        ("secret", true), ("client_secret", true), ("SECRETS", true), ("pass_word", false), ("secre", false),
        ("token", false), ("", false),
    ]

    @Test("the key alone decides what is secret, at any depth", arguments: keys)
    func secretKeys(key: String, isSecret: Bool) throws {
        let cipher = try FieldCipher(commonKey: Secret("k"), serialBase64: nil)
        let inner: Object = [key: "text"]
        let places: [Object] = [inner, ["a": .object(inner)], ["a": [["b": [.object(inner)]]]]]
        for account in places {
            let changed = try cipher.encrypt(account: account, salt: "id", schemaVersion: "1.1")
            #expect(Value.object(changed).isIdentical(to: .object(account)) == !isSecret)
        }
    }

    @Test("other values under a secret key, and strings of an array, stay")
    func otherValues() throws {
        let cipher = try FieldCipher(commonKey: Secret("k"), serialBase64: nil)
        let account: Object = ["password": .null, "secret": 1, "passwords": ["a", "b"], "secrets": true]
        let decrypted = try cipher.decrypt(account: account, salt: "id", schemaVersion: "1.1")
        #expect(Value.object(decrypted).isIdentical(to: .object(account)))
    }

    @Test("an error names the field and shows nothing of it")
    func errorText() throws {
        let cipher = try FieldCipher(commonKey: Secret("the-key"), serialBase64: nil)
        let account: Object = ["config": ["nested": [["x": 1], ["admin_password": "hunter2!!"]]]]
        let error = try #require(throws: DecryptionError.self) {
            try cipher.decrypt(account: account, salt: "id", schemaVersion: "1.11")
        }
        #expect(error == DecryptionError(code: .notBase64, field: "config.nested.1.admin_password"))
        #expect("\(error)".contains("config.nested.1.admin_password"))
        #expect(!"\(error)".contains("hunter2") && !"\(error)".contains("the-key"))
    }

    @Test("every code has a text of its own that names the field")
    func errorTexts() {
        let texts = DecryptionError.Code.allCases.map { "\(DecryptionError(code: $0, field: "a.b"))" }
        #expect(Set(texts).count == DecryptionError.Code.allCases.count)
        #expect(texts.allSatisfy { $0.contains("'a.b'") })
    }

    @Test("a serial that is no base64 is named", arguments: ["a", "abcde", "é==="])
    func badSerial(_ serial: String) throws {
        let error = try #require(throws: DecryptionError.self) {
            try FieldCipher(commonKey: Secret("k"), serialBase64: serial)
        }
        #expect(error.code == .badSerial)
        #expect("\(error)".contains("serial"))
    }

    @Test("an empty serial is none, one of no bytes is a key of zeros")
    func emptySerial() throws {
        let account: Object = ["password": "x"]
        for (serial, isEncrypted) in [(nil, false), ("", false), ("====", true)] as [(String?, Bool)] {
            let cipher = try FieldCipher(commonKey: nil, serialBase64: serial)
            let result = try cipher.encrypt(account: account, salt: "", schemaVersion: "1.1")
            #expect((result["password"]?.string != "x") == isEncrypted)
        }
    }

    @Test("printing or dumping a cipher shows no key")
    func redaction() throws {
        let cipher = try FieldCipher(commonKey: Secret("common"), serialBase64: nil)
        var text = ""
        dump(cipher, to: &text)
        text += "\(cipher) \(String(reflecting: cipher))"
        #expect(!text.contains("99") && text.contains("<redacted>"))  // 99 is "c"
    }

    @Test("printing, dumping or reflecting a secret shows none of it")
    func secret() {
        let secret = Secret("hunter2")
        var text = ""
        dump(["key": secret], to: &text)
        text += "\(secret) \(String(reflecting: secret)) \(Optional(secret) as Any) \([secret])"
        #expect(!text.contains("hunter2"))
        #expect("\(secret)" == "<redacted>")
        #expect(secret.reveal == "hunter2" && secret == Secret("hunter2") && secret != Secret("x"))
    }
}
