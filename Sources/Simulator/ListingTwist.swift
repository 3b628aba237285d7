// SPDX-License-Identifier: Apache-2.0

/// What faults do to a listing while everything about the answer looks right.
struct ListingTwist: Sendable {
    /// Objects left out by id.
    var hidden: Set<String> = []
    /// More objects left out: so many, chosen by a seed, always the same.
    var alsoHidden: [(count: Int, seed: UInt64)] = []
    /// Ends the listing after so many objects.
    var shortened: Int?
    /// So many objects of each page come twice.
    var repeated = 0
    /// The next link leads to the page itself.
    var linksToItself = false
    /// The next link leads to this origin.
    var linkOrigin: String?

    var isPlain: Bool {
        hidden.isEmpty && alsoHidden.isEmpty && shortened == nil && repeated == 0 && !linksToItself
            && linkOrigin == nil
    }

    /// The objects that the twisted service believes to have.
    func believed(_ items: [CloudItem]) -> [CloudItem] {
        var hidden = hidden
        for (count, seed) in alsoHidden {
            let ranked = items.compactMap(\.id).map { id -> (rank: UInt64, id: String) in
                var generator = SeededGenerator(seed: seed, text: id)
                return (generator.next(), id)
            }
            hidden.formUnion(ranked.sorted { $0.rank < $1.rank }.prefix(count).map(\.id))
        }
        let visible = hidden.isEmpty ? items : items.filter { !hidden.contains($0.id ?? "") }
        return shortened.map { Array(visible.prefix($0)) } ?? visible
    }

    /// The next link's address, if there is to be one.
    func nextLink(_ regular: String?, own: String, origin: String) -> String? {
        if linksToItself { return own }
        guard let linkOrigin else { return regular }
        return linkOrigin + (regular ?? own).dropFirst(origin.count)
    }
}
