// SPDX-License-Identifier: Apache-2.0

@testable import Inventory
import TestInventory
import Testing
import Values

/// One guarded operation for each record.
@Suite struct RecordUpdateTests {
    static func interface(_ id: String, isManagement: Bool = true) -> Value {
        [
            "vim_interface_id": .string(id), "mgmt_vdu_interface": .bool(isManagement),
            "mgmt_vnf_interface": .bool(isManagement),
        ]
    }

    static func vdu(_ id: String, account: String = "a", server: Value? = "s") -> Object {
        var info: Object = ["interfaces": [interface("p\(id)")]]
        info["vim_id"] = server
        return ["_id": .string(id), "status": "BUILD", "vim_info": ["vim:\(account)": .object(info)]]
    }

    static func observation(_ index: Int, _ id: String, position: Int = 0, address: String = "1.1.1.1")
        -> VDUObservation
    {
        VDUObservation(
            index: index, position: position, serverID: "s",
            server: .fresh(["id": "s", "name": "vm", "status": "ACTIVE"]),
            ports: [
                ResourceKey("p\(id)"): .fresh([
                    "status": "ACTIVE", "mac_address": "m", "network_id": "n",
                    "fixed_ips": [["ip_address": .string(address)]],
                ])
            ]
        )
    }

    private func compare(_ record: Object, _ observations: [VDUObservation], account: String = "a") -> ComparedValues {
        ComparedValues(record: record, observations: observations, account: account, rules: Rules())
    }

    private func guards(_ update: RecordUpdate, _ path: String) -> [Guard.Condition] {
        update.guards.filter { $0.path.description == path }.map(\.condition)
    }

    private func isOnly(_ guards: [Guard.Condition], _ isExpected: (Guard.Condition) -> Bool) -> Bool {
        guards.count == 1 && guards.allSatisfy(isExpected)
    }

    private func equals(_ value: Value) -> (Guard.Condition) -> Bool {
        { if case .equals(let other) = $0 { other.isIdentical(to: value) } else { false } }
    }

    @Test func guardsHoldWhatWasRead() throws {
        let record: Object = ["_id": "v", "ip-address": .null, "vdur": [.object(Self.vdu("u"))]]
        let update = try #require(compare(record, [Self.observation(0, "u")]).update)
        #expect(update.id.string == "v")
        #expect(isOnly(guards(update, "vdur.0._id"), equals("u")))
        #expect(isOnly(guards(update, "vdur.0.vim_info.vim:a.vim_id"), equals("s")))
        #expect(
            isOnly(guards(update, "vdur.0.vim_info.vim:a.vim_name")) { if case .absent = $0 { true } else { false } })
        #expect(isOnly(guards(update, "ip-address"), equals(.null)))
        // That it is still BUILD says that it is not DELETING.
        #expect(guards(update, "vdur.0.status").contains(where: equals("BUILD")))
        for change in update.changes { #expect(!guards(update, change.path.description).isEmpty, "\(change)") }
        #expect(update.vdus.map(\.serverID) == ["s"] && update.vdus.allSatisfy { !$0.isDeletion })
        #expect(update.vdus[0].changes.count == update.changes.count)
    }

    @Test(arguments: [(Value.null, true), (nil, false)] as [(Value?, Bool)])
    func anAbsentServerIDIsGuardedToo(_ id: Value?, _ isNull: Bool) throws {
        let record: Object = ["_id": "v", "vdur": [.object(Self.vdu("u", server: id))]]
        let update = try #require(compare(record, [Self.observation(0, "u")]).update)
        let isExpected = isOnly(guards(update, "vdur.0.vim_info.vim:a.vim_id")) {
            switch $0 {
            case .equals(.null): isNull
            case .absent: !isNull
            default: false
            }
        }
        #expect(isExpected)
    }

    @Test(arguments: [(nil, true), (.null, true), (7, false), ("x", false)] as [(Value?, Bool)])
    func withoutAnIDNothingIsWritten(_ id: Value?, _ isRefused: Bool) {
        var vdu = Self.vdu("u")
        vdu["_id"] = nil
        vdu["id"] = id
        let comparison = compare(["_id": "v", "vdur": [.object(vdu)]], [Self.observation(0, "u")])
        #expect((comparison.update == nil) == isRefused)
        #expect(comparison.findings.contains { $0.code == .vduUnidentified } == isRefused)
        #expect(comparison.outcomes.map(\.isClean) == [false])
    }

    /// A VDU that cannot be written keeps no other from being written.
    @Test func theOthersAreWritten() throws {
        var first = Self.vdu("u")
        first["_id"] = nil
        let record: Object = ["_id": "v", "vdur": [.object(first), .object(Self.vdu("w"))]]
        let update = try #require(compare(record, [Self.observation(0, "u"), Self.observation(1, "w")]).update)
        #expect(update.vdus.map(\.record.index) == [1])
    }

    @Test func anAccountThatMongoDBCannotNameIsReported() {
        let comparison = compare(
            ["_id": "v", "vdur": [.object(Self.vdu("u", account: "a.b"))]], [Self.observation(0, "u")], account: "a.b"
        )
        #expect(comparison.update == nil)
        #expect(comparison.findings.contains { $0.code == .unrepresentable })
    }

    @Test func theLastTaskNamesTheVNFsAddress() throws {
        let record: Object = ["_id": "v", "vdur": [.object(Self.vdu("u")), .object(Self.vdu("w"))]]
        let observations = [
            Self.observation(0, "u", position: 3, address: "1.1.1.1"),
            Self.observation(1, "w", position: 9, address: "2.2.2.2"),
        ]
        let update = try #require(compare(record, observations).update)
        #expect(update.changes.filter { $0.path == FieldPath("ip-address") }.map(\.new.string) == ["2.2.2.2"])
        #expect(record.applying(update.changes)["ip-address"]?.string == "2.2.2.2")
    }

    /// What runs in another VIM and gave the VNF its address keeps it.
    @Test func anotherVIMsAddressIsLeftAlone() throws {
        var other = Self.vdu("w", account: "b")
        other["vim_info"] = ["vim:b": ["interfaces": [["mgmt_vnf_interface": true, "ip_address": "2.2.2.2;fd00::2"]]]]
        var record: Object = ["_id": "v", "ip-address": "2.2.2.2", "vdur": [.object(Self.vdu("u")), .object(other)]]
        let update = try #require(compare(record, [Self.observation(0, "u")]).update)
        #expect(!update.changes.contains { $0.path == FieldPath("ip-address") })
        for address in ["3.3.3.3", .null, ""] as [Value] {
            record["ip-address"] = address
            other["vim_info"] = ["vim:b": ["interfaces": [["mgmt_vnf_interface": true]]]]
            record["vdur"] = [.object(Self.vdu("u")), .object(other)]
            let repair = try #require(compare(record, [Self.observation(0, "u")]).update)
            #expect(repair.changes.contains { $0.path == FieldPath("ip-address") })
        }
    }

    @Test(arguments: [(1, "second"), (0, "second"), (-1, "first")])
    func merging(_ position: Int, _ winner: String) {
        func update(_ position: Int, _ text: String) -> RecordUpdate {
            RecordUpdate(
                id: "v", position: position, vdus: [],
                changes: [
                    FieldChange(path: FieldPath("ip-address"), old: .null, new: .string(text)),
                    FieldChange(path: FieldPath(text), old: nil, new: 1),
                ],
                guards: [
                    Guard(path: FieldPath("ip-address"), .equals(.null)),
                    Guard(path: FieldPath("s"), .notEqual("DELETING")),
                    Guard(path: FieldPath(text), .absent), Guard(path: FieldPath(text), .notEqual("x")),
                ]
            )
        }
        var merged = update(0, "first")
        merged.merge(update(position, "second"))
        #expect(merged.changes.map(\.path.description) == ["ip-address", "first", "second"])
        #expect(merged.changes[0].new.string == winner)
        // What says nothing new is not said twice.
        #expect(merged.guards.map(\.path.description) == ["ip-address", "s", "first", "second"])
    }

    @Test func guardsThatDifferAreBothKept() {
        let update = RecordUpdate(
            id: "v", vdus: [], changes: [],
            guards: [
                Guard(path: FieldPath("a"), .equals(1)), Guard(path: FieldPath("a"), .equals(.double(1))),
                Guard(path: FieldPath("a"), .equals("DELETING")), Guard(path: FieldPath("a"), .notEqual("DELETING")),
                Guard(path: FieldPath("a"), .absent), Guard(path: FieldPath("b"), .absent),
            ]
        )
        // `equals(1)` implies that it is not DELETING.
        #expect(update.guards.count == 5)
    }

    @Test func whetherItIsApplied() {
        let update = RecordUpdate(
            id: "v", vdus: [],
            changes: [
                FieldChange(path: FieldPath("a", "0"), old: 1, new: 2),
                FieldChange(path: FieldPath("b"), old: nil, new: .null),
            ],
            guards: []
        )
        #expect(update.isApplied(in: ["a": [2], "b": .null]))
        for record in [
            ["a": [2]], ["a": [1], "b": .null], ["a": [.double(2)], "b": .null], ["a": [], "b": .null], [:],
        ] as [Object] {
            #expect(!update.isApplied(in: record))
        }
    }

    @Test(
        arguments: [
            (.null, "null"), (true, "true"), (7, "7"), (.int64(8), "8"), (.integer("9"), "9"), (.double(0.5), "0.5"),
            ("x", "\"x\""), ([1], "[1 elements]"), (["a": 1], "{1 members}"), (.unrepresentable, "(unrepresentable)"),
            (.opaque(type: 7, bytes: [1]), "(BSON type 7, 1 bytes)"),
        ] as [(Value, String)])
    func forPeople(_ value: Value, _ text: String) {
        #expect(value.summary == text)
        #expect("\(FieldChange(path: FieldPath("a"), old: nil, new: value))" == "a: (absent) → \(text)")
    }

    /// After 56 bytes, and never within a scalar.
    @Test(arguments: [("x", 200, 56), ("é", 200, 28), ("🦜", 400, 14), ("日", 210, 18)])
    func longTextsAreCut(scalar: String, bytes: Int, shown: Int) {
        let text = String(repeating: scalar, count: bytes / scalar.utf8.count)
        let beginning = String(repeating: scalar, count: shown)
        #expect(Value.string(text).summary == "\"\(beginning)…\" (\(bytes) bytes)")
    }

    /// Of two long texts it is shown where they part, with a little of what is before it, on one line.
    @Test(
        arguments: [
            (String(repeating: "a", count: 100), "x", String(repeating: "b", count: 100), "aaaaaaaaaaaaaaaa"),
            (String(repeating: "日", count: 40), "é", String(repeating: "c", count: 9), "日日日日日日"),
            ("", "x", String(repeating: "d", count: 90), ""),
            (String(repeating: "e", count: 100), "", "", "eeeeeeeeeeeeeeee"),
            (String(repeating: "f\n", count: 60), "h", "g", "f f f f f f f f "),
            (String(repeating: "f\n  ", count: 60), "h", "g", "f f f f "),
        ])
    func whereLongTextsPart(same: String, old: String, rest: String, shown: String) {
        let (before, after) = (same + old + rest, same + "new" + rest)
        let change = FieldChange(path: FieldPath("a"), old: .string(before), new: .string(after))
        let (start, end) = (same.isEmpty ? "" : "…", rest.utf8.count > 40 ? "…" : "")
        let room = same.isEmpty ? 56 : 56 - 16
        let (left, right) = (String((old + rest).utf8.prefix(room))!, String(("new" + rest).utf8.prefix(room))!)
        let sizes = "(\(before.utf8.count) → \(after.utf8.count) bytes)"
        #expect("\(change)" == "a: \"\(start)\(shown)\(left)\(end)\" → \"\(start)\(shown)\(right)\(end)\" \(sizes)")
    }

    /// Paths within the account's view of the VDU are shown from there on, all others whole.
    @Test func changesOfAVDUStandInLines() {
        let view = FieldPath("vdur", "3", "vim_info", "vim:a")
        let change = VDUChange(
            record: RecordAddress(vnfr: "v", index: 3, account: "a"), serverID: ResourceID("s"), name: nil,
            changes: [
                FieldChange(path: view + "vim_status", old: "ACTIVE", new: "ERROR"),
                FieldChange(path: view + "interfaces" + 0 + "vlan", old: nil, new: 7),
                FieldChange(path: FieldPath("vdur", "3", "status"), old: .null, new: "x"),
                FieldChange(path: FieldPath("vdur", "3", "vim_info", "vim:ab", "x"), old: 1, new: 2),
                FieldChange(path: FieldPath("ip-address"), old: nil, new: .null),
            ], isDeletion: false)
        #expect(
            change.lines == [
                "vim_status: \"ACTIVE\" → \"ERROR\"", "interfaces.0.vlan: (absent) → 7", "vdur.3.status: null → \"x\"",
                "vdur.3.vim_info.vim:ab.x: 1 → 2", "ip-address: (absent) → null",
            ])
        #expect(change.line == change.lines.joined(separator: "; "))
    }

    @Test func aListMatchesByItsElements() {
        #expect((["x", "y"] as Value).matches("y") && !([["y"]] as Value).matches("y") && !(1 as Value).matches("1"))
    }
}
