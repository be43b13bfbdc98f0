// SPDX-License-Identifier: Apache-2.0
import WireFormats

/// An XML body as a tree with slots, so that what is filled in is always escaped.
///
/// An attribute or an element's own text whose slot has nothing disappears, the element with its text.
indirect enum XMLOutput<Slot: Sendable & Hashable>: Sendable {
    case text(Template<Slot>)
    case element(name: String, attributes: [(name: String, value: Template<Slot>)], children: [XMLOutput])

    /// - Parameter slot: reads what stands between braces.
    init(_ element: XMLElement, slot: (String) throws(TextProblem) -> Slot) throws(TextProblem) {
        var attributes: [(name: String, value: Template<Slot>)] = []
        for attribute in element.attributes { attributes.append((attribute.name, try Template(attribute.value, slot: slot))) }
        var children: [XMLOutput] = []
        for child in element.children {
            switch child {
            case .text(let text): children.append(.text(try Template(text, slot: slot)))
            case .element(let element): children.append(try XMLOutput(element, slot: slot))
            }
        }
        self = .element(name: element.name, attributes: attributes, children: children)
    }

    func filled(_ value: (Slot) -> String?) -> XMLElement.Node? {
        switch self {
        case .text(let template): return template.filled(value).map(XMLElement.Node.text)
        case .element(let name, let attributes, let children):
            var element = XMLElement(name)
            for (name, template) in attributes {
                if let text = template.filled(value) { element.attributes.append(.init(name, text)) }
            }
            for child in children {
                if let node = child.filled(value) { element.children.append(node) } else if case .text = child { return nil }
            }
            return .element(element)
        }
    }

    var slots: [Slot] {
        switch self {
        case .text(let template): template.slots
        case .element(_, let attributes, let children): attributes.flatMap(\.value.slots) + children.flatMap(\.slots)
        }
    }
}
