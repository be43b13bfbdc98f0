// SPDX-License-Identifier: Apache-2.0

/// A file that pages load: style or script, shipped inside the program.
public struct Asset: Sendable {
    public let name: String
    public let contentType: String
    public let bytes: [UInt8]

    public static let all: [Asset] = [
        css("console.css", PackageResources.console_css), js("desk.js", PackageResources.desk_js), js("api.js", PackageResources.api_js),
        js("dom.js", PackageResources.dom_js), js("lists.js", PackageResources.lists_js), js("briefing.js", PackageResources.briefing_js),
        js("questions.js", PackageResources.questions_js), js("saving.js", PackageResources.saving_js), js("keys.js", PackageResources.keys_js),
        js("dialogs.js", PackageResources.dialogs_js), js("times.js", PackageResources.times_js),
        Asset(name: "icon.svg", contentType: "image/svg+xml", bytes: PackageResources.icon_svg),
    ]

    private static func css(_ name: String, _ bytes: [UInt8]) -> Asset {
        Asset(name: name, contentType: "text/css; charset=utf-8", bytes: bytes)
    }

    private static func js(_ name: String, _ bytes: [UInt8]) -> Asset {
        Asset(name: name, contentType: "text/javascript; charset=utf-8", bytes: bytes)
    }
}
