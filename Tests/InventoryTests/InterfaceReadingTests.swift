// SPDX-License-Identifier: Apache-2.0

import BSON
@testable import Inventory
import JSON
import PyYAML
import TestInventory
import TestSeeded
import Testing
import Values

/// What a port of any shape amounts to.
@Suite struct InterfaceReadingTests {
    static let port: Object = [
        "id": "p", "status": "ACTIVE", "mac_address": "m", "network_id": "n", "fixed_ips": [["ip_address": "a"]],
    ]

    /// What is read of a port, one field of which is this.
    private struct Reading {
        let address: Value
        let joinedAddresses: Value
        let hasAddress: Bool
        let pci: Value?
        let vlan: Value?
    }

    private func reading(_ key: String, _ value: Value?, parity: Bool = false) throws -> Reading {
        var port = Self.port
        port[key] = value
        let text = port.text
        let seen = SeenDocument.seen(rules: Rules(parity: parity)) { try $0.add(port: text) }
        guard case .good(let interface) = try seen.port() else { throw Malformed("its status is not good") }
        func decoded(_ value: SeenValue) throws -> Value { try seen.values.element(value).decoded() }
        return Reading(
            address: try decoded(interface.address), joinedAddresses: try decoded(interface.joinedAddresses),
            hasAddress: interface.hasAddress, pci: try interface.pci.map(decoded),
            vlan: try interface.vlan.map(decoded))
    }

    @Test(
        arguments: [
            (nil, .null, .null, false), (.null, .null, .null, false), ([], .null, .null, false),
            (false, .null, .null, false),
            ([["ip_address": "a"]], "a", "a", true), ([["ip_address": .null]], .null, .null, false),
            ([["ip_address": "a"], ["ip_address": "b"]], "a", "a;b", true), ([["ip_address": ""]], "", "", false),
        ] as [(Value?, Value, Value, Bool)])
    func addresses(_ fixedIPs: Value?, _ first: Value, _ joined: Value, _ hasAddress: Bool) throws {
        let reading = try reading("fixed_ips", fixedIPs)
        #expect(reading.address.isIdentical(to: first))
        #expect(reading.joinedAddresses.isIdentical(to: joined))
        #expect(reading.hasAddress == hasAddress)
    }

    @Test(
        arguments: [
            (nil, nil), (.null, nil), ([:], nil), (["other": 1], nil), (["pci_slot": ""], nil),
            (["pci_slot": .null], nil),
            (["pci_slot": "0000:01"], "0000:01"),
        ] as [(Value?, Value?)])
    func pci(_ profile: Value?, _ slot: Value?) throws {
        #expect(try reading("binding:profile", profile).pci.isSame(as: slot))
    }

    @Test(
        arguments: [
            (nil, nil), (.null, nil), ([:], nil), (["other": 1], .null), (["vlan": .null], .null), (["vlan": 0], 0),
            (["vlan": 100], 100),
        ] as [(Value?, Value?)])
    func vlan(_ details: Value?, _ vlan: Value?) throws {
        #expect(try reading("binding:vif_details", details).vlan.isSame(as: vlan))
    }

    @Test(
        arguments: [
            ("mac_address", nil), ("network_id", nil), ("fixed_ips", "text"), ("fixed_ips", 1), ("fixed_ips", ["a": 1]),
            ("fixed_ips", [[:]]), ("fixed_ips", ["text"]), ("fixed_ips", [.null]),
            ("fixed_ips", [["ip_address": "a"], ["subnet_id": "s"]]),
            ("fixed_ips", [["ip_address": "a"], ["ip_address": 1]]),
            ("fixed_ips", [["ip_address": "a"], ["ip_address": .null]]), ("binding:profile", "text"),
            ("binding:profile", [1]), ("binding:vif_details", 1), ("binding:vif_details", "text"),
            ("mac_address", .unrepresentable), ("extra", .unrepresentable),
            ("mac_address", .integer("99999999999999999999")),
            ("binding:vif_details", ["vlan": .integer("99999999999999999999")]),
            ("binding:profile", ["pci_slot": ["a\0b": 1]]),
        ] as [(String, Value?)])
    func malformed(_ key: String, _ value: Value?) {
        #expect(throws: Malformed.self) { try reading(key, value) }
    }

    /// What JSON says counts, not how it is written.
    @Test func escapesAreRead() throws {
        let text = String(decoding: Self.port.text, as: UTF8.self)
            .replacing("ACTIVE", with: "\\u0041CTIVE").replacing("\"a\"", with: "\"\\u0061\"")
        let seen = SeenDocument.seen { try $0.add(port: Array(text.utf8)) }
        guard case .good(let interface) = try seen.port() else { throw Malformed("its status is not good") }
        #expect(try seen.values.element(interface.address).string() == "a")
        #expect(seen.yaml == SeenDocument.seen { try $0.add(port: Self.port.text) }.yaml)
    }

    /// Each of them harms its interface only: the VM and its other interface are brought up to date.
    @Test(
        arguments: [
            ("mac_address", nil), ("network_id", nil), ("status", nil), ("status", .null), ("status", 1),
            ("fixed_ips", "text"), ("fixed_ips", [[:]]), ("binding:profile", "text"), ("extra", .unrepresentable),
        ] as [(String, Value?)])
    func harmsItsInterfaceOnly(_ key: String, _ value: Value?) throws {
        var port = Self.port
        port[key] = value
        let (first, second): (Value, Value) = (["vim_interface_id": "p"], ["vim_interface_id": "q"])
        let record: Object = [
            "_id": "v",
            "vdur": [["_id": "u", "vim_info": ["vim:a": ["vim_id": "s", "interfaces": [first, second]]]]],
        ]
        let observation = VDUObservation(
            index: 0, serverID: "s", server: .fresh(["id": "s", "name": "vm", "status": "ACTIVE"]),
            ports: [ResourceKey("p"): .fresh(port), ResourceKey("q"): .fresh(Self.port)]
        )
        let comparison = ComparedValues(record: record, observations: [observation], account: "a", rules: Rules())
        #expect(comparison.findings.map(\.code) == [.portMalformed])
        #expect(comparison.outcomes.map(\.isClean) == [false])
        let info = record.applying(try #require(comparison.update).changes)["vdur"]![0]!["vim_info"]!["vim:a"]!
        #expect(info["vim_status"]?.string == "ACTIVE")
        #expect(info["interfaces"]![0]!.isIdentical(to: first))
        #expect(info["interfaces"]![1]!["mac_address"]?.string == "m")
    }

    /// The original looks no further than an empty first entry, and gives `vim_info` the first address only.
    @Test func parity() throws {
        #expect(try reading("fixed_ips", [[:], "text"], parity: true).address.isIdentical(to: .null))
        #expect(throws: Malformed.self) { try reading("fixed_ips", [[:], "text"]) }
    }
}

@Suite struct FlavorRuleTests {
    @Test(
        arguments: [
            (["flavor": ["original_name": "a"]], "a"), (["flavor": ["original_name": ""]], nil),
            (["flavor": ["original_name": 1]], nil), (["flavor": ["id": "a"]], nil), (["flavor": .null], nil),
            ([:], nil),
        ] as [(Object, String?)])
    func name(_ server: Object, _ name: String?) throws {
        // A server behind a port.
        var gathered = GatheredDocuments(rules: Rules())
        try gathered.add(port: Self.port.text)
        try gathered.add(server: server.text)
        let found = gathered.flavorName()
        #expect(found == name)
    }

    @Test(arguments: [([], nil), (["1"], "1"), (["1", "2"], nil)] as [([String], String?)])
    func fill(_ ids: [String], _ id: String?) throws {
        let server: Object = ["id": "s", "flavor": ["original_name": "a"], "name": "vm"]
        let filled = try seen(server, matching: ids)
        #expect(filled["flavor"]?["id"]?.string == id)
        #expect(filled["id"]?.string == "s" && filled["flavor"]?["original_name"]?.string == "a")
        #expect(filled["name"]?.string == "vm")
        #expect(try seen(["flavor": "text"], matching: ids)["flavor"]?.string == "text")
    }

    private func seen(_ server: Object, matching ids: [String]) throws -> Value {
        var document = try JSONDocument(server)
        var flavor = MemberFinder(FlavorRule.member)
        var known = KnownKeys()
        FlavorRule.fill(&document, &flavor, matching: ids, &known)
        return document.value
    }

    private static let port: Object = ["id": "p", "flavor": ["original_name": "none of mine"], "user_data": "kept"]
}

/// Servers and ports that travel together have nothing to do with each other.
@Suite struct GatheredDocumentsTests {
    @Test func each() throws {
        var random = Seeded("GatheredDocumentsTests")
        for _ in 0..<200 {
            var gathered = GatheredDocuments(rules: Rules())
            var expected: [(details: String?, id: Value?)] = []
            for number in 0..<random.number(0...6) {
                let isServer = random.chance(50)
                var object: Object = isServer ? Self.server(number) : InterfaceReadingTests.port
                object["id"] = .string("\(number)")
                object["text"] = .string(String(repeating: "é", count: random.number(0...200)))
                if random.chance(20) { object[isServer ? "name" : "mac_address"] = nil }
                var shown = object
                if isServer, random.chance(30) { object["user_data"] = "secret" }
                if random.chance(20) {
                    #expect(throws: JSONError.self) { try gathered.add(port: Array("{".utf8)) }
                }
                if isServer { try gathered.add(server: object.text) } else { try gathered.add(port: object.text) }
                let isObject = gathered.isLastAnObject
                #expect(isObject)
                if isServer, random.chance(50) {
                    gathered.fillFlavor(matching: ["f\(number)"])
                    shown["flavor"] = ["original_name": "m", "id": .string("f\(number)")]
                }
                if random.chance(20) {
                    gathered.removeLast()
                    continue
                }
                let isSound = shown[isServer ? "name" : "mac_address"] != nil
                let yaml = isSound ? try PyYAML.dump(JSONDocument(shown)) : nil
                expected.append((yaml.map { String(decoding: $0, as: UTF8.self) }, isServer ? shown["id"] : nil))
            }
            let seen = gathered.finish()
            for (number, one) in expected.enumerated() {
                #expect(seen[number].yaml == one.details, "seed \(random.seed)")
                if one.details != nil, let id = one.id {
                    let server = try seen[number].server()
                    #expect(try seen[number].values.element(server.id).decoded().isIdentical(to: id))
                }
            }
        }
    }

    private static func server(_ number: Int) -> Object {
        ["name": .string("vm\(number)"), "status": "ACTIVE", "flavor": ["original_name": "m"]]
    }
}

extension SeenDocument {
    /// Its YAML; `nil` if there is none.
    var yaml: String? {
        let value: SeenValue
        if let server = try? server() {
            value = server.yaml
        } else if case .good(let port)? = try? port() {
            value = port.yaml
        } else {
            return nil
        }
        return try? values.element(value).string()
    }
}
