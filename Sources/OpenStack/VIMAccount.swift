// SPDX-License-Identifier: Apache-2.0

package import Support
package import Values

/// A VIM account of OSM (collection `vim_accounts`), its secrets decrypted.
package struct VIMAccount: Sendable {
    package var id: String
    /// The id if the document has no name.
    package var name: String
    package var vimType: String
    package var url: String
    /// Empty if the document has none: whether that is enough is for the connector to say.
    package var user: String
    package var password: Secret
    package var tenantName: String?
    package var tenantID: String?
    /// Everything else, specific to the type of VIM. May hold secrets.
    package var config: Object

    package init(
        id: String, name: String, vimType: String = "openstack", url: String, user: String, password: Secret,
        tenantName: String? = nil, tenantID: String? = nil, config: Object = Object()
    ) {
        self.id = id
        self.name = name
        self.vimType = vimType
        self.url = url
        self.user = user
        self.password = password
        self.tenantName = tenantName
        self.tenantID = tenantID
        self.config = config
    }

    /// Reads a document of the collection.
    ///
    /// - Throws: `VIMError` (`configuration`) that names the account and the key.
    package init(document: Object) throws(VIMError) {
        let id = document["_id"]?.string ?? ""
        guard !id.isEmpty else { throw VIMError(account: "?", wrong: "has no _id that is a text") }
        func text(_ key: String) throws(VIMError) -> String? {
            switch document[key] {
            case nil, .null: return nil
            case .string(let text): return text.isEmpty ? nil : text
            default: throw VIMError(account: id, wrong: "\(key) is not a text")
            }
        }
        func required(_ key: String) throws(VIMError) -> String {
            guard let text = try text(key) else { throw VIMError(account: id, wrong: "has no \(key)") }
            return text
        }
        self.id = id
        name = try text("name") ?? id
        vimType = try required("vim_type")
        url = try required("vim_url")
        user = try text("vim_user") ?? ""
        password = Secret(try text("vim_password") ?? "")
        tenantName = try text("vim_tenant_name")
        tenantID = try text("vim_tenant_id")
        switch document["config"] {
        case nil, .null: config = Object()
        case .object(let object): config = object
        default: throw VIMError(account: id, wrong: "config is not an object")
        }
    }
}

extension VIMAccount: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "VIM account \(id) (\(name))" }
    package var debugDescription: String { description }
    /// Not the stored properties: `config` may hold secrets.
    package var customMirror: Mirror { Mirror(reflecting: description) }
}

extension VIMError {
    /// An error of the account's document.
    init(account: String, wrong reason: String) {
        self.init(.configuration, account: account, attempted: "reading the account", reason: reason)
    }
}
