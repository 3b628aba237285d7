// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import BSON
import Foundation
import JSON
import Mongo
import Values

/// What `scripts/bench` needs beside the program itself: records to watch, MongoDB's own counters, and the least that
/// any program would have to do.
@main
struct BenchTool: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "benchtool",
        subcommands: [Initiate.self, Seed.self, Counters.self, Floor.self, WriterAlone.self]
    )
}

struct DatabaseOptions: ParsableArguments {
    @Option(help: "Connection string.") var uri: String
    @Option(help: "Database.") var name = "osm"

    func pool() throws(MongoError) -> MongoPool {
        var settings = MongoSettings(uri: uri)
        settings.name = name
        return try MongoPool(settings: settings)
    }
}

/// Prints what MongoDB counted since it was started.
struct Counters: AsyncParsableCommand {
    @OptionGroup var database: DatabaseOptions

    func run() async throws {
        let pool = try database.pool()
        Output.write(.object(try await ServerCounters.read(pool).object))
        await pool.close()
    }
}

enum Output {
    /// One line of JSON on standard output.
    static func write(_ value: Value) { FileHandle.standardOutput.write(Data(JSON.serialize(value) + [0x0A])) }
}

struct BenchError: Error, CustomStringConvertible {
    let description: String
}
