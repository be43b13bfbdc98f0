// SPDX-License-Identifier: Apache-2.0
public import CallModel
import Mustache
import WireFormats

/// What every page shows around its own content.
public struct PageFrame: Sendable {
    public var language: Language
    /// Path and query of this page, for the switch of language.
    public var path: String
    public var operatorName: String?
    /// Whether the sales book is part of this service.
    public var hasBook: Bool

    public init(language: Language, path: String, operatorName: String?, hasBook: Bool) {
        self.language = language
        self.path = path
        self.operatorName = operatorName
        self.hasBook = hasBook
    }
}

/// Turns values into pages. Every value is escaped; a template has no way to say otherwise (a test looks for `{{{` and `{{&`).
public struct PageRenderer: Sendable {
    private let library: MustacheLibrary

    /// - Throws: when a template shipped inside the program can't be parsed, which the tests exclude.
    public init() throws {
        var templates: [String: MustacheTemplate] = [:]
        MustacheContentTypes.register(ScalarHTML(), named: ScalarHTML.name)
        for (name, bytes) in Self.files {
            templates[name] = try MustacheTemplate(string: "{{% CONTENT_TYPE:\(ScalarHTML.name)}}" + String(decoding: bytes, as: UTF8.self))
        }
        library = MustacheLibrary(templates: templates)
    }

    static let files: [String: [UInt8]] = [
        "frame": PackageResources.frame_mustache, "desk": PackageResources.desk_mustache, "login": PackageResources.login_mustache,
        "leads": PackageResources.leads_mustache, "lead": PackageResources.lead_mustache, "problem": PackageResources.problem_mustache,
    ]

    /// - Parameter page: login, desk, leads, lead or problem.
    /// - Parameter content: values, arrays and dictionaries of them, by the names that the template uses.
    public func render(_ page: String, _ frame: PageFrame, content: [String: PageValue] = [:]) -> String {
        let texts = Texts(frame.language)
        var all: [String: Any] = content.mapValues(\.rendered)
        all["t"] = Self.nested(texts.all)
        all["lang"] = frame.language.rawValue
        all["otherLang"] = frame.language == .en ? "ru" : "en"
        all["path"] = escapable(frame.path)
        all["operator"] = escapable(frame.operatorName ?? "")
        all["hasBook"] = frame.hasBook
        all["nav"] = ["desk": page == "desk", "leads": page == "leads" || page == "lead"]
        return library.render(all, withTemplate: page) ?? ""
    }

    /// `list.when` as `t.list.when`. Keys of the vocabulary hold spaces and stay out: pages get those words resolved.
    private static func nested(_ texts: [String: String]) -> [String: Any] {
        var groups: [String: [String: String]] = [:]
        var all: [String: Any] = [:]
        for (key, text) in texts {
            let parts = key.split(separator: ".", maxSplits: 1).map(String.init)
            if parts.count == 2 { groups[parts[0], default: [:]][parts[1]] = text } else { all[key] = text }
        }
        for (group, members) in groups { all[group] = members }
        return all
    }
}

/// Escaping that no combining mark gets past; the library's own compares whole Characters.
private struct ScalarHTML: MustacheContentType {
    static let name = "CONSOLE_HTML"
    func escapeText(_ text: String) -> String { htmlEscaped(text) }
}
