// SPDX-License-Identifier: Apache-2.0
internal import Crypto
internal import Mustache
internal import WireFormats

/// The book's templates, compiled once. Every value that a template names is escaped.
struct BookTemplates: Sendable {
    private let layout: MustacheTemplate
    private let list: MustacheTemplate
    private let card: MustacheTemplate
    private let message: MustacheTemplate

    enum Name { case list, card, message }

    /// - Throws: when a template of ours does not parse; the tests would have shown it.
    init() throws {
        layout = try Self.template(PackageResources.layout_html)
        list = try Self.template(PackageResources.list_html)
        card = try Self.template(PackageResources.card_html)
        message = try Self.template(PackageResources.message_html)
    }

    /// A whole page: the named template with `model`, inside the frame.
    func page(_ name: Name, _ model: some Any, frame: PageFrame) -> String {
        var frame = frame
        frame.body = template(name).render(model)
        return layout.render(frame)
    }

    private func template(_ name: Name) -> MustacheTemplate {
        switch name {
        case .list: list
        case .card: card
        case .message: message
        }
    }

    /// The library's own escaping looks at whole characters, so a quote followed by a combining mark passes unescaped and ends
    /// an attribute. Ours looks at scalars; it is put before each template, which is why templates are made here alone.
    private static func template(_ bytes: [UInt8]) throws -> MustacheTemplate {
        MustacheContentTypes.register(ScalarHTML(), named: "SCALAR_HTML")
        return try MustacheTemplate(string: "{{% CONTENT_TYPE:SCALAR_HTML}}" + String(decoding: bytes, as: UTF8.self))
    }
}

/// Escapes text for HTML, scalar by scalar.
struct ScalarHTML: MustacheContentType {
    func escapeText(_ text: String) -> String { htmlEscaped(text) }
}

/// What stands around every page.
struct PageFrame {
    var language: String
    var isEnglish: Bool
    var title: String
    var person: String
    /// This page's address up to where `lang=` is put.
    var here: String
    var t: [String: String]
    var body = ""
    let styles = PageFile.styles.address
    let script = PageFile.script.address
}

/// A file that pages load: its address holds a digest of it, so that it may be kept for ever.
struct PageFile: Sendable {
    let name: String
    let type: String
    let bytes: [UInt8]

    static let styles = PageFile(name: "book.css", type: "text/css; charset=utf-8", bytes: PackageResources.book_css)
    static let script = PageFile(name: "book.js", type: "text/javascript; charset=utf-8", bytes: PackageResources.book_js)

    let address: String

    private init(name: String, type: String, bytes: [UInt8]) {
        let digest = SHA256.hash(data: bytes).prefix(6).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        self.name = name
        self.type = type
        self.bytes = bytes
        address = "/book/static/\(name)?v=\(digest)"
    }
}
