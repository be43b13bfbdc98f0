// SPDX-License-Identifier: Apache-2.0
import Testing
import WireFormats

@Suite struct JSONRepairTests {
    @Test(arguments: [
        (#"{"a":""O'Brien" <sip:x>","b":"1"}"#, #"{"a":"\"O'Brien\" <sip:x>","b":"1"}"#), (#"{"a":"x"}"#, #"{"a":"x"}"#),
        (#"["""]"#, #"["\""]"#), (#"{"a" : "say "hi" \n" }"#, #"{"a":"say \"hi\" \n"}"#),
    ])
    func strayMarksAreText(text: String, repaired: String) throws {
        #expect(try JSON.parse(Array(text.utf8), repairsQuotes: true).text == repaired)
    }

    @Test(arguments: [#"{"a":"x"#, #"{"a":"x"y"#, "", #"{"a":"x" "b":1}"#, "{\"a\":\"\u{1}\"}"])
    func whatCannotBeRepairedIsRefused(text: String) {
        #expect((try? JSON.parse(Array(text.utf8), repairsQuotes: true)) == nil)
    }

    @Test func withoutRepairAStrayMarkIsRefused() {
        #expect((try? JSON.parse(#"{"a":""x"}"#)) == nil)
    }
}
