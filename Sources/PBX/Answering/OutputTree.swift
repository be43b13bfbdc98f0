// SPDX-License-Identifier: Apache-2.0
import WireFormats

/// A JSON body as a tree with slots. Kinds are kept as written; a member whose slot has nothing disappears.
indirect enum OutputTree<Slot: Sendable & Hashable>: Sendable {
    case constant(JSON)
    case text(Template<Slot>)
    /// One slot whose text is written as a number.
    case number(Template<Slot>)
    case array([OutputTree])
    case object([(name: String, tree: OutputTree)])

    /// The value with its slots filled; `nil` where one of them has nothing.
    func filled(_ value: (Slot) -> String?) -> JSON? {
        switch self {
        case .constant(let json): json
        case .text(let template): template.filled(value).map(JSON.string)
        case .number(let template): template.filled(value).flatMap { try? JSON.parse($0) }.flatMap { if case .number = $0 { $0 } else { nil } }
        case .array(let trees): .array(trees.compactMap { $0.filled(value) })
        case .object(let members):
            OutputTree.object(members.compactMap { name, tree in tree.filled(value).map { JSON.Member(name, $0) } }, from: members.count)
        }
    }

    /// An object that lost all its members is nothing; one that was written empty stays.
    private static func object(_ members: [JSON.Member], from count: Int) -> JSON? {
        members.isEmpty && count > 0 ? nil : .object(members)
    }

    var slots: [Slot] {
        switch self {
        case .constant: []
        case .text(let template), .number(let template): template.slots
        case .array(let trees): trees.flatMap(\.slots)
        case .object(let members): members.flatMap(\.tree.slots)
        }
    }
}

/// A reply with slots.
struct ReplyTemplate<Slot: Sendable & Hashable>: Sendable {
    enum Body: Sendable {
        case none
        case json(OutputTree<Slot>)
        case xml(XMLOutput<Slot>)
        /// On one line: line ends in what is filled in become spaces.
        case text(Template<Slot>)
    }

    let status: Int
    let type: String?
    let headers: [(name: String, value: Template<Slot>)]
    let body: Body

    func filled(_ value: (Slot) -> String?) -> HookReply {
        var reply = HookReply(status: status)
        switch body {
        case .none: break
        case .json(let tree): reply.body = (tree.filled(value) ?? .object([])).serialised()
        case .xml(let tree): if case .element(let element)? = tree.filled(value) { reply.body = element.document() }
        case .text(let template): reply.body = Array((template.filled { value($0).map(oneLine) ?? "" } ?? "").utf8)
        }
        if let type { reply.headers.append(HookHeader("Content-Type", type)) }
        for (name, template) in headers {
            if let text = template.filled({ value($0).map(oneLine) }) { reply.headers.append(HookHeader(name, text)) }
        }
        return reply
    }
}

/// The text without line ends and other control characters.
func oneLine(_ text: String) -> String {
    guard text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else { return text }
    return String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : $0 }))
}
