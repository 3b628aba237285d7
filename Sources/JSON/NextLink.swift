// SPDX-License-Identifier: Apache-2.0

import Values

/// The link from one page of a listing to the next.
enum NextLink {
    /// The `href` of the first link whose `rel` is `next`, in the value of `servers_links` or its like. A shape that
    /// might hide a next page is an error: a listing must not end early without a word.
    /// Source: https://docs.openstack.org/api-guide/compute/paginated_collections.html
    static func address(in links: Value, key: String) throws(JSONError) -> String? {
        if links.isNull { return nil }
        guard let links = links.array else { throw JSONError(offset: 0, reason: .notAnArray(key: key)) }
        for link in links {
            guard let link = link.object else { throw JSONError(offset: 0, reason: .notAnObject(key: key)) }
            guard link["rel"]?.string == "next" else { continue }
            guard let address = link["href"]?.string, !address.isEmpty else {
                throw JSONError(offset: 0, reason: .badNextLink(key: key))
            }
            return address
        }
        return nil
    }
}
