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
    /// No marker is known.
    var losesMarkers = false
    /// Every marker is known, and the first page follows it.
    var isEndless = false
    /// Servers of which Nova does not know what became.
    var cell: DownCell?
    /// The token is for another project than this: there is nothing to be seen.
    var isOtherProject = false

    var isPlain: Bool {
        hidden.isEmpty && alsoHidden.isEmpty && shortened == nil && repeated == 0 && !linksToItself
            && linkOrigin == nil && !losesMarkers && !isEndless && cell == nil && !isOtherProject
    }

    /// The objects that the twisted service believes to have.
    func believed(_ items: [CloudItem]) -> [CloudItem] {
        if isOtherProject { return [] }
        var hidden = hidden
        for (count, seed) in alsoHidden { hidden.formUnion(items.ids(count, chosenBy: seed)) }
        let visible = hidden.isEmpty ? items : items.filter { !hidden.contains($0.id ?? "") }
        return shortened.map { Array(visible.prefix($0)) } ?? visible
    }

    /// A marker that nobody named before.
    func freshMarker(after marker: String?) -> String {
        let number = marker.flatMap { Int($0.split(separator: "-").last ?? "") } ?? 0
        return "endless-\(number + 1)"
    }

    /// The next link's address, if there is to be one.
    func nextLink(_ regular: String?, own: String, origin: String) -> String? {
        if linksToItself { return own }
        guard let linkOrigin else { return regular }
        return linkOrigin + (regular ?? own).dropFirst(origin.count)
    }
}

extension [CloudItem] {
    /// So many ids, always the same for a seed.
    func ids(_ count: Int, chosenBy seed: UInt64) -> [String] {
        let ranked = compactMap(\.id).map { id -> (rank: UInt64, id: String) in
            var generator = SeededGenerator(seed: seed, text: id)
            return (generator.next(), id)
        }
        return ranked.sorted { $0.rank < $1.rank }.prefix(count).map(\.id)
    }
}
