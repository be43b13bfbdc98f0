// SPDX-License-Identifier: Apache-2.0
import Crypto
import Essentials
import WireFormats

/// One way to tell that a request comes from who it says. Each is a value made from the parameters in a dialect file.
///
/// Signed bytes are the bytes received. Comparisons take the same time wherever a difference is. All keys of a name
/// are valid at once, so that a secret can be replaced while both are in use.
protocol SignatureScheme: Sendable {
    /// Secrets it can't do without; a scheme is used when the source has them all.
    var secretNames: [String] { get }
    /// The scheme as a source with these keys can use it; `nil` when it can't.
    func usable(with keys: [String: [SigningKey]]) -> (any SignatureScheme)?
    /// The public URL is signed, so the source must say it.
    var needsPublicURL: Bool { get }
    func verify(_ request: VerifiedRequest) -> SchemeResult
}

extension SignatureScheme {
    var needsPublicURL: Bool { false }

    func usable(with keys: [String: [SigningKey]]) -> (any SignatureScheme)? {
        secretNames.allSatisfy { !(keys[$0] ?? []).isEmpty } ? self : nil
    }
}

enum SchemeResult: Equatable, Sendable {
    case valid
    case invalid(RefusalReason)
}

/// What a scheme may look at.
struct VerifiedRequest {
    let request: HookRequest
    let tail: ArraySlice<String>
    let source: SourceProfile
    /// The dialect's pipelines, for schemes whose token stands inside a body.
    let readings: [BodyReading]

    func keys(_ name: String) -> [SigningKey] { source.keys[name] ?? [] }

    /// The bytes at a place; `nil` if it isn't there. A header that stands there twice counts as not there.
    func bytes(at place: Place) -> [UInt8]? {
        switch place.root {
        case .form: return place.steps.count == 1 ? Form.firstValue(of: place.steps[0].name, in: request.body) : documentText(place)
        case .query: return Form.firstValue(of: place.steps[0].name, in: request.query)
        case .header: return soleHeader(place.steps[0].name).map { Array($0.utf8) }
        case .path, .method, .type, .size, .body: return documentText(place)
        }
    }

    /// A header that stands there exactly once.
    func soleHeader(_ name: String) -> String? {
        var found: String?
        for header in request.headers where equalWithoutCase(header.name, name) {
            if found != nil { return nil }
            found = header.value
        }
        return found
    }

    private func documentText(_ place: Place) -> [UInt8]? {
        var start = Document(request, tail: tail)
        start.query = JSON.object(Form(parsing: request.query).fields.map { JSON.Member($0.name, .string($0.value)) })
        let type = request.mediaType
        guard let reading = readings.first(where: { $0.suits(type, start) }),
            let document = try? BodyReader.documents(reading, start).first
        else { return nil }
        return document.text(PathExpression(alternatives: [.place(place)])).map { Array($0.utf8) }
    }

    /// The public URL as the vendor knows it, `nil` while the source has none.
    var publicURL: String? { source.publicBase.map { $0 + request.target } }

    /// Whether a signed Unix time (`unit` milliseconds each) is near enough to the arrival.
    func isFresh(_ time: Int64, unit: Int64 = 1000) -> Bool {
        let (milliseconds, overflow) = time.multipliedReportingOverflow(by: unit)
        guard !overflow else { return false }
        let (difference, tooFar) = request.arrivedAt.unixMilliseconds.subtractingReportingOverflow(milliseconds)
        return !tooFar && difference.magnitude <= source.tolerance.milliseconds.magnitude
    }
}

/// Equal bytes, in a time that depends on the lengths alone.
func sameBytes(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    guard left.count == right.count else { return false }
    var difference: UInt8 = 0
    for index in left.indices { difference |= left[index] ^ right[index] }
    return difference == 0
}

/// Whether any of the keys is exactly these bytes; looks at all of them.
func anyIs(_ keys: [SigningKey], _ bytes: [UInt8]) -> Bool {
    var found = false
    for key in keys where sameBytes(key.bytes, bytes) { found = true }
    return found
}

/// A Unix time in plain digits; no sign, no space, at most 15 digits.
func plainInteger(_ text: some StringProtocol) -> Int64? {
    guard (1...15).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return Int64(text)
}
