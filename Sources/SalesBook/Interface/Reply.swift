// SPDX-License-Identifier: Apache-2.0
internal import CallModel
internal import Hummingbird
internal import WireFormats

/// Answers of the book, with the headers that every one of them bears.
enum Reply {
    static func json(_ status: HTTPResponse.Status, _ value: JSON, headers: HTTPFields = [:]) -> Response {
        response(status, type: "application/json", value.serialised(), headers: headers)
    }

    /// An error as RFC 9457 says; `code` and `field` are ours.
    static func problem(_ error: BookError, _ language: Language) -> Response {
        let status = HTTPResponse.Status(code: error.httpStatus)
        let body = JSON.object(present: [
            ("type", "about:blank"), ("title", .string(status.reasonPhrase)), ("status", JSON(error.httpStatus)),
            ("code", .string(error.code.rawValue)), ("detail", .string(error.detail(language))), ("field", error.field.map(JSON.string)),
            ("allowed", error.allowed.isEmpty ? nil : .array(error.allowed.map { .string($0.rawValue) })),
        ])
        var headers: HTTPFields = [:]
        if error.code == .unauthorised { headers[.wwwAuthenticate] = "Bearer realm=\"book\"" }
        if error.code == .unavailable { headers[.retryAfter] = "1" }
        return response(status, type: "application/problem+json", body.serialised(), headers: headers)
    }

    static func page(_ status: HTTPResponse.Status, _ html: String) -> Response {
        response(status, type: "text/html; charset=utf-8", Array(html.utf8))
    }

    /// To another page after a form was taken, so that a reload sends nothing twice.
    static func seeOther(_ path: String) -> Response { response(.seeOther, type: "text/plain", [], headers: [.location: path]) }

    static func file(type: String, _ bytes: [UInt8]) -> Response {
        response(.ok, type: type, bytes, headers: [.cacheControl: "public, max-age=31536000, immutable"])
    }

    private static func response(_ status: HTTPResponse.Status, type: String, _ bytes: [UInt8], headers: HTTPFields = [:]) -> Response {
        var fields: HTTPFields = [.contentType: type, .cacheControl: "no-store", .xContentTypeOptions: "nosniff"]
        fields[.contentSecurityPolicy] = policy
        fields[.referrerPolicy] = "same-origin"
        fields[.openerPolicy] = "same-origin"
        for field in headers { fields[field.name] = field.value }
        return Response(status: status, headers: fields, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    /// No inline script or style, nothing from elsewhere (SECURITY.md 16).
    private static let policy =
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
        + "frame-ancestors 'none'"
}

extension HTTPFields.Element.Name {
    /// A name that the library does not list.
    private static func named(_ text: String) -> Self {
        guard let name = Self(text) else { preconditionFailure("\(text) has a character that no header name has") }
        return name
    }

    static let host = named("Host")
    static let secFetchSite = named("Sec-Fetch-Site")
    static let referrerPolicy = named("Referrer-Policy")
    static let openerPolicy = named("Cross-Origin-Opener-Policy")
}
