// SPDX-License-Identifier: Apache-2.0

import Values

extension GoldenScenario {
    /// Unpacks a scenario as scripts/pack-golden writes it.
    init(packed: Field, _ templates: Templates) throws(GoldenError) {
        let atoms = try packed["atoms"].array()
        var members: [Object.Member] = []
        for member in try packed.object().members where member.key != "atoms" && member.key != "checksum" {
            members.append(.init(key: member.key, value: try templates.fill(Template(member.value), atoms)))
        }
        let name = try packed["name"].string()
        let document = Field(.object(Object(uniqueMembers: members)), path: name)
        let after = try Self.apply(document["expected"]["vnfrs"].array(), to: document["input"]["vnfrs"].array())
        let unpacked = document.value.setting(.array(after), at: ["expected", "vnfrs"])
        try self.init(document: Field(unpacked, path: name), checksum: packed["checksum"].string())
    }

    private init(document: Field, checksum: String) throws(GoldenError) {
        self.document = document.value
        self.checksum = checksum
        name = try document["name"].string()
        description = try document["description"].string()
        category = try document["category"].string()
        config = try document["config"].value
        certWriteError = try document.optional("cert_write_error")?.string()
        let input = try document["input"]
        let object = { (field: Field) throws(GoldenError) in try field.object() }
        admin = try input["admin"].array(object)
        vimAccounts = try input["vim_accounts"].array(object)
        roTasks = try input["ro_tasks"].array(object)
        vnfrs = try input["vnfrs"].array(object)
        var vims: [String: GoldenVIM] = [:]
        for key in try input["vims"].object().members.map(\.key) { vims[key] = try GoldenVIM(input["vims"][key]) }
        self.vims = vims
        expected = try Expected(document["expected"])
    }

    /// The records afterwards, from those before and the changes of each.
    private static func apply(_ changes: [Value], to records: [Value]) throws(GoldenError) -> [Value] {
        var result: [Value] = []
        for (record, steps) in zip(records, changes) {
            var record = record
            for step in steps.array ?? [] {
                guard let path = step[0]?.array, let value = step[1] else {
                    throw GoldenError(path: "\(step)", reason: "not a change")
                }
                record = record.setting(value, at: path[...])
            }
            result.append(record)
        }
        return result
    }
}

extension GoldenScenario.Expected {
    init(_ field: Field) throws(GoldenError) {
        connectors = try field["connectors"].array()
        fetched = try field["fetched"].array { (field) throws(GoldenError) in try field.string() }
        updates = try field["updates"].array()
        vnfrs = try field["vnfrs"].array { (field) throws(GoldenError) in try field.object() }
        raised = try field.optional("raised").map { (field) throws(GoldenError) in try GoldenRaised(field) }
        timer = try field["timer"].value
    }
}

extension GoldenVIM {
    init(_ field: Field) throws(GoldenError) {
        servers = try field["servers"].array()
        ports = try field["ports"].array()
        flavors = try field["flavors"].array { (flavor) throws(GoldenError) in
            (try flavor["id"].string(), try flavor["name"].string())
        }
        fetchError = try Self.failure(field.optional("fetch_error"))
        initError = try Self.failure(field.optional("init_error"))
    }

    private static func failure(_ field: Field?) throws(GoldenError) -> Failure? {
        guard let field else { return nil }
        return (try field["type"].string(), try field["message"].string())
    }
}

extension GoldenRaised {
    init(_ field: Field) throws(GoldenError) {
        type = try field["type"].string()
        message = try field["message"].string()
        phase = try field["phase"].choice()
        match = try field["message_match"].choice()
    }
}

extension Value {
    /// A copy with the value at a path of keys and indexes replaced; a missing last key is appended.
    fileprivate func setting(_ value: Value, at path: ArraySlice<Value>) -> Value {
        guard let step = path.first else { return value }
        switch (self, step) {
        case (.object(var object), .string(let key)):
            object[key] = (object[key] ?? .null).setting(value, at: path.dropFirst())
            return .object(object)
        case (.array(var array), .int32(let index)) where array.indices.contains(Int(index)):
            array[Int(index)] = array[Int(index)].setting(value, at: path.dropFirst())
            return .array(array)
        default: return self
        }
    }
}
