// SPDX-License-Identifier: Apache-2.0

import Inventory
import Simulator
import Testing
import Values

/// Something wrong with an account, its cloud or a record, and what has to come of it.
struct BadInput: Sendable, CustomTestStringConvertible {
    /// What cannot be brought up to date because of it.
    enum Damage {
        case nothing
        /// The VM with the broken record or server.
        case vm
        /// All VMs of the account.
        case account
    }

    let testDescription: String
    /// What has to be reported, and words of the explanation; `nil`: all is well.
    var finding: (code: Finding.Code, words: [String])?
    let damage: Damage
    /// Something that is part of running OSM and no failure has 0.
    var exitStatus: Int32 = 3
    let apply: @Sendable (inout World) throws -> Void

    private init(
        _ name: String, _ code: Finding.Code?, _ words: String..., damages damage: Damage, exitStatus: Int32 = 3,
        apply: @escaping @Sendable (inout World) throws -> Void
    ) {
        testDescription = name
        finding = code.map { ($0, words) }
        self.damage = damage
        self.exitStatus = exitStatus
        self.apply = apply
    }

    static let all = accounts + answers + servers + records

    private static let accounts: [BadInput] = [
        BadInput("wrong common key", .accountDecryption, "vim_password", "wrong common key", damages: .account) {
            try $0.encrypt(with: commonKey, bad: "the key of another OSM")
        },
        BadInput("account without URL", .accountInvalid, "has no vim_url", damages: .account) {
            $0.account["vim_url"] = nil
        },
        BadInput("URL is no URL", .accountInvalid, "not an http or https URL", damages: .account) {
            $0.account["vim_url"] = "keystone.example.net"
        },
        BadInput("user is a number", .accountInvalid, "vim_user is not a text", damages: .account) {
            $0.account["vim_user"] = 7
        },
        BadInput("config is a text", .accountInvalid, "config is not an object", damages: .account) {
            $0.account["config"] = "insecure"
        },
        BadInput("config of a wrong type", .accountInvalid, "config.region_name is not a text", damages: .account) {
            $0.account["config"] = ["region_name": ["RegionOne"]]
        },
        BadInput("unknown APIversion", .accountInvalid, "config.APIversion is v4", "allowed", damages: .account) {
            $0.account["config"] = ["APIversion": "v4"]
        },
        BadInput("unknown region", .vimFailed, "Atlantis", "RegionOne", damages: .account) {
            $0.account["config"] = ["region_name": "Atlantis"]
        },
        BadInput("wrong password", .vimFailed, "auth/tokens", "401", damages: .account) {
            $0.account["vim_password"] = "guessed"
        },
        BadInput("no such host", .vimFailed, "keystone.invalid", damages: .account) {
            $0.account["vim_url"] = "http://keystone.invalid:5000/v3"
        },
        BadInput(
            "resolver that never answers", .vimFailed, "silent-2.invalid", "Resolving timed out", damages: .account
        ) {
            $0.account["vim_url"] = "http://silent-2.invalid:5000/v3"
        },
    ]

    private static let answers: [BadInput] = [
        BadInput("every token refused", .vimFailed, "servers/detail", "401", damages: .account) {
            try $0.add(.status(401), to: .servers)
        },
        BadInput("JSON cut in the middle", .vimFailed, "servers/detail", damages: .account) {
            try $0.add(.garbage, to: .servers)
        },
        BadInput("answer cut in the middle", .vimFailed, "ports", damages: .account) {
            try $0.add(.truncate(), to: .ports)
        },
        BadInput("HTML for a listing", .vimFailed, "servers/detail", "no JSON", "Please log in", damages: .account) {
            try $0.add(.html, to: .servers)
        },
        BadInput("HTML for a login", .vimFailed, "auth/tokens", "no JSON", "Please log in", damages: .account) {
            try $0.add(.html, to: .token)
        },
        BadInput("login that is not UTF-8", .vimFailed, "auth/tokens", "UTF-8", damages: .account) {
            try $0.add(.invalidUTF8(), to: .token)
        },
        // Nobody's id: the server that it belongs to is asked for by itself.
        BadInput("id that is not UTF-8", nil, damages: .nothing, exitStatus: 0) {
            try $0.add(.invalidUTF8(), to: .servers)
        },
        BadInput("name that is not UTF-8", .serverMalformed, "server", "UTF-8", damages: .vm) {
            try $0.add(.invalidUTF8(of: "name"), to: .servers)
        },
        BadInput("port with a name that is not UTF-8", .portMalformed, "port", "UTF-8", damages: .vm) {
            $0.listPortsFirst()
            try $0.add(.invalidUTF8(of: "name"), to: .ports)
        },
        // The body counts, not what is said of it.
        BadInput("every answer said to be a web page", nil, damages: .nothing, exitStatus: 0) {
            try $0.add(.contentType("text/html; charset=utf-8"))
        },
        BadInput("server is a number", .vimFailed, "servers/detail", "not an object", damages: .account) {
            $0.list { _ in 7 }
        },
        BadInput("empty body", .vimFailed, "ports", "empty", damages: .account) {
            try $0.add(.empty, to: .ports)
        },
        BadInput("listing that leads to itself", .vimFailed, "ports", "next link", "came before", damages: .account) {
            try $0.add(.linkCycle, to: .ports)
        },
        BadInput("internal server error", .vimFailed, "servers/detail", "500", damages: .account) {
            try $0.add(.status(500, body: "<h1>oops</h1>"), to: .servers)
        },
    ]

    private static let servers: [BadInput] = [
        BadInput("server without status", .serverMalformed, "status", damages: .vm) { world in
            world.list { server in
                var server = server
                server["status"] = nil
                return .object(server)
            }
        },
        BadInput("server status is a number", .serverMalformed, "status", damages: .vm) { world in
            world.list { server in
                var server = server
                server["status"] = 7
                return .object(server)
            }
        },
    ]

    private static let records: [BadInput] = [
        BadInput("no record", .recordMissing, "no such record", damages: .vm, exitStatus: 0) {
            $0.record["_id"] = "another"
        },
        BadInput("record without vdur", .recordMissing, "vim_info", damages: .vm, exitStatus: 0) {
            $0.record["vdur"] = nil
        },
        BadInput("vdur is an object", .recordMissing, "vim_info", damages: .vm, exitStatus: 0) {
            $0.record["vdur"] = .object(["0": .object($0.vdu)])
        },
        BadInput("vim_info is a text", .recordMissing, "vim_info", damages: .vm, exitStatus: 0) {
            $0.vdu["vim_info"] = "lost"
        },
        BadInput("VDU without id", .vduUnidentified, "id", damages: .vm) {
            $0.vdu["_id"] = nil
            $0.vdu["id"] = nil
        },
        BadInput("interfaces are null, with a backup", nil, damages: .nothing, exitStatus: 0) {
            $0.info["interfaces"] = .null
        },
        BadInput("interfaces are null, no backup", .interfacesMissing, "no backup", damages: .vm, exitStatus: 0) {
            $0.info["interfaces"] = .null
            $0.info["interfaces_backup"] = .null
        },
        BadInput("interfaces are a text", .interfacesMalformed, "no list", damages: .vm) {
            $0.info["interfaces"] = "eth0"
        },
        BadInput("target_record is a number", .taskMalformed, "target_record", damages: .vm) {
            $0.task["tasks"] = [["status": "DONE", "item": "vdu", "action": "CREATE", "target_record": 7]]
        },
    ]

    /// What the good account's secrets are encrypted with, where any are.
    static let commonKey = "the key of this OSM"
}
