// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Commands

@main
enum VIMWatch {
    static func main() async { await Root.main() }
}
