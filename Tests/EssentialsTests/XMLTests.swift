// SPDX-License-Identifier: Apache-2.0
import Testing
import WireFormats

@Suite struct XMLTests {
    private func read(_ text: String) -> XMLElement? { try? XMLElement.parse(Array(text.utf8)) }

    @Test func elementsAttributesAndTextAreRead() throws {
        let text =
            "\u{FEFF}<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<!-- c --><cdr a='1' b=\"x &amp; y\"><v>A&#66;&#x43;<![CDATA[<d>]]></v><e/><v> </v>\n</cdr> "
        let element = try #require(read(text))
        #expect(element.name == "cdr" && element.attributes == [.init("a", "1"), .init("b", "x & y")])
        #expect(element.json == ["@a": "1", "@b": "x & y", "v": ["ABC<d>", ""], "e": ""])
    }

    @Test func whatIsWrittenIsReadBack() throws {
        let element = XMLElement("a", attributes: [.init("q", "\"<&>'")], children: [.text("x < y & z"), .element(XMLElement("b"))])
        #expect(String(decoding: element.serialised(), as: UTF8.self) == "<a q=\"&quot;&lt;&amp;&gt;'\">x &lt; y &amp; z<b/></a>")
        #expect(try XMLElement.parse(element.document()) == element)
    }

    /// BAD-INPUTS 39.
    @Test(arguments: [
        "", "x", "<a>", "<a", "<a></b>", "<a/><b/>", "<a/>x", "<a b=1/>", "<a b='1' b='2'/>", "<a b='<'/>", "<a>&x;</a>", "<a>&#0;</a>",
        "<a>&#xD800;</a>",
        "<a>&#99999999999;</a>", "<a>&amp</a>", "<1a/>", "< a/>", "<a b='1'c='2'/>", "<a><![CDATA[x</a>", "<a><!-- x</a>",
        "<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>", "<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>", "<a><!ENTITY x \"y\"></a>",
        "<?xml version=\"1.0\" encoding=\"UTF-7\"?><a/>", "<?xml version='1.0' encoding='windows-1251'?><a/>",
    ])
    func isRefused(text: String) {
        #expect(read(text) == nil)
    }

    @Test func depthNodesAndAttributesAreBounded() {
        #expect(read(String(repeating: "<a>", count: 100_000)) == nil)
        #expect(read("<a>" + String(repeating: "<b/>", count: 30_000) + "</a>") == nil)
        #expect(read("<a " + (0..<1_000).map { "b\($0)='1'" }.joined(separator: " ") + "/>") == nil)
    }

    @Test func truncatedAtEveryByteIsRefused() {
        let text = Array("<a b=\"1\"><c>x&amp;y</c><!-- z --><d/></a>".utf8)
        for length in 0..<text.count { #expect((try? XMLElement.parse(Array(text[..<length]))) == nil) }
    }
}
