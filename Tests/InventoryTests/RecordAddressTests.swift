// SPDX-License-Identifier: Apache-2.0

import Inventory
import Testing

@Suite struct RecordAddressTests {
    @Test(arguments: [("vnfrs:v:vdur.0.vim_info.vim:a", 0), ("vnfrs:v:vdur.12.vim_info.vim:a", 12)])
    func readsWhatRONames(_ text: String, _ index: Int) throws {
        let address = try #require(RecordAddress(targetRecord: text))
        #expect(address == RecordAddress(vnfr: "v", index: index, account: "a"))
        #expect(address.vimKey == "vim:a")
        #expect(address.description == text)
    }

    @Test(arguments: [
        "", "vnfrs:v:vdur.00.vim_info.vim:a", "vnfrs:v:vdur.01.vim_info.vim:a", "vnfrs:v:vdur.+0.vim_info.vim:a",
        "vnfrs:v:vdur.-1.vim_info.vim:a", "vnfrs:v:vdur.-0.vim_info.vim:a", "vnfrs:v:vdur..vim_info.vim:a",
        "vnfrs:v:vdur.0.5.vim_info.vim:a", "vnfrs:v:vdur.1e0.vim_info.vim:a", "vnfrs:v:vdur. 0.vim_info.vim:a",
        "vnfrs:v:vdur.99999999999999999999.vim_info.vim:a", "vnfrs:v:vdur.٣.vim_info.vim:a",
        "nsrs:v:vdur.0.vim_info.vim:a", "vnfrs::vdur.0.vim_info.vim:a", "vnfrs:v:vdur.0.vim_info.vim:",
        "vnfrs:v:vdur.0.vim_info.wim:a", "vnfrs:v:kdur.0.vim_info.vim:a", "vnfrs:v:vdur.0.info.vim:a",
        "vnfrs:v:vdur.0.vim_info.vim:a:b", "vnfrs:v:vdur.0.vim_info.vim", "vnfrs:v:vdur.0.vim_info.vim.x:a",
        "vnfrs:v:vdur.0", "a:b:c:d",
    ])
    func refusesEverythingElse(_ text: String) {
        #expect(RecordAddress(targetRecord: text) == nil)
    }

    @Test(arguments: ["vnfrs:v:vdur.3", "vnfrs:v:vdur.3.", "vnfrs:v:vdur.3.vim_info.vim:a", "vnfrs:v:vdur.3.x:y:z"])
    func anActionNamesAVDUWithoutAccount(_ text: String) {
        let expected = VDUAddress(RecordAddress(vnfr: "v", index: 3, account: "a"))
        #expect(VDUAddress(prefixOf: text) == expected)
    }

    /// Python and MongoDB take texts apart by code point: what follows a colon may join it for the eye.
    @Test func aColonIsAColon() throws {
        let address = try #require(RecordAddress(targetRecord: "vnfrs:v:vdur.0.vim_info.vim:\u{301}a"))
        #expect(address.account == "\u{301}a")
    }

    @Test(arguments: [
        "vnfrs::vdur.3", "vnfrs:v", "vnfrs:v:vdur", "vnfrs:v:vdur.03", "vnfrs:v:kdur.3", "nsrs:v:vdur.3",
        "vnfrs:v:vdur.x",
    ])
    func whatIsNoVDU(_ text: String) {
        #expect(VDUAddress(prefixOf: text) == nil)
    }
}

@Suite struct FieldPathTests {
    @Test(arguments: ["", "$set", "a.b", "a\0b", "."])
    func keysThatMongoDBCannotName(_ key: String) {
        #expect(!FieldPath.isAddressable(key))
        for path in [FieldPath("a", key), FieldPath(key) + "a", FieldPath("a") + key + "b"] {
            #expect(!path.isAddressable)
        }
        #expect((FieldPath([]) + "a").isAddressable)
    }

    @Test(arguments: ["a", "0", "vim:x", "a$b", "é", " "])
    func keysThatItCan(_ key: String) {
        #expect(FieldPath.isAddressable(key))
    }

    @Test func isWrittenWithDots() {
        #expect((FieldPath("a", "0") + "b").description == "a.0.b")
        #expect(FieldPath("a", "b").parent == FieldPath("a"))
        #expect(FieldPath("a").parent.components.isEmpty)
    }

    /// A dot may look like a part of what stands beside it.
    @Test(arguments: ["\u{301}b", "\u{200D}b", "\u{FE0F}", "b\u{600}", "\r", "\n", "🇩", "é"])
    func dotsAreBytes(_ key: String) {
        let path = FieldPath("a", key) + key + 0
        let components = path.components.map { Array($0.utf8) }
        #expect(components == ["a", key, key, "0"].map { Array($0.utf8) })
        #expect(path.isAddressable && path.parent == FieldPath("a", key, key))
    }
}

@Suite struct MessageTests {
    @Test(arguments: [
        Message.deleted, Message.status("ERROR"), Message.status(""), Message.interfaceDeleted("id"),
        Message.interfaceStatus("id", "DOWN"), Message.interfaceStatus("id", ""), Message.interfaceDeleted(""),
    ])
    func ownOnes(_ message: String) {
        #expect(Message.isOwn(message))
    }

    @Test(arguments: [
        "", "Deleted externally.", "deleted externally", "VIM status reported", "Interface id", "Interface id deleted",
        "Interface id deleted externally", "Interface id deleted externally. Really", "Interface status: DOWN",
        "Interface eth 0 status: DOWN", "The Interface id status: DOWN", "interface id status: DOWN",
    ])
    func foreignOnes(_ message: String) {
        #expect(!Message.isOwn(message))
    }

    @Test func aboutOneInterface() {
        #expect(Message.isOwn(Message.interfaceDeleted("a"), about: "a"))
        #expect(Message.isOwn(Message.interfaceStatus("a", "DOWN"), about: "a"))
        #expect(!Message.isOwn(Message.interfaceDeleted("b"), about: "a"))
        #expect(!Message.isOwn(Message.interfaceStatus("ab", "DOWN"), about: "a"))
        #expect(!Message.isOwn(Message.deleted, about: "a"))
        #expect(!Message.isOwn(Message.status("ERROR"), about: "a"))
    }
}

@Suite struct FindingTests {
    @Test func whatIsNoFailure() {
        let harmless = Finding.Code.allCases.filter { !$0.isFailure }
        #expect(
            Set(harmless) == [
                .recordMissing, .raceLost, .interfacesMissing, .vimUnsupported, .vimSlow, .portsOutsideProject,
            ]
        )
        #expect("\(Finding(.raceLost, "vnfr 1", "it changed"))" == "race_lost: vnfr 1: it changed")
    }
}
