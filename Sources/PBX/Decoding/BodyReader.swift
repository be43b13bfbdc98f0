// SPDX-License-Identifier: Apache-2.0
import WireFormats

/// Runs a body pipeline. Every bound of SECURITY.md 6 on depth, fields and values is the readers' own.
struct BodyReader {
    /// What is wrong with a body, without any of its text.
    struct Problem: Error { let message: String }

    private enum Piece {
        case bytes([UInt8])
        case value(JSON)
    }

    /// Elements that one request may hold.
    static let batchMax = 500

    /// The documents in the request: one, or as many as `each` finds.
    static func documents(_ reading: BodyReading, _ start: Document) throws(Problem) -> [Document] {
        var document = start
        var piece = Piece.bytes(start.request.body)
        for (index, step) in reading.steps.enumerated() {
            if case .each(let place) = step {
                document.body = try value(piece)
                return try each(place, reading.steps[(index + 1)...], document)
            }
            piece = try run(step, piece, &document)
        }
        document.body = try value(piece)
        return [document]
    }

    private static func each(_ place: Place, _ rest: ArraySlice<BodyReading.Step>, _ document: Document) throws(Problem) -> [Document] {
        guard let elements = document.value(at: place)?.array else { throw Problem(message: "the body holds no list of events") }
        guard elements.count <= batchMax else { throw Problem(message: "more than \(batchMax) events in one request") }
        var documents: [Document] = []
        for element in elements {
            var one = document
            var piece = Piece.value(element)
            for step in rest { piece = try run(step, piece, &one) }
            one.body = try value(piece)
            documents.append(one)
        }
        return documents
    }

    private static func run(_ step: BodyReading.Step, _ piece: Piece, _ document: inout Document) throws(Problem) -> Piece {
        switch step {
        case .form(let percentDecoded, let nested):
            let form = Form(parsing: bytes(piece), plusIsSpace: percentDecoded, percentDecoded: percentDecoded)
            let value = nested ? NestedForm.object(form) : JSON.object(form.fields.map { JSON.Member($0.name, .string($0.value)) })
            document.form = value
            return .value(value)
        case .formField(let name):
            guard let field = Form.firstValue(of: name, in: bytes(piece)) else { throw Problem(message: "the form has no field \"\(name)\"") }
            return .bytes(field)
        case .after(let prefix):
            let all = bytes(piece)
            return .bytes(all.starts(with: prefix.utf8) ? Array(all[prefix.utf8.count...]) : all)
        case .field(let name):
            guard let field = try value(piece)[name] else { throw Problem(message: "there is no field \"\(name)\"") }
            return field.string.map { .bytes(Array($0.utf8)) } ?? .value(field)
        case .json:
            guard case .bytes(let bytes) = piece else { return piece }
            do { return .value(try JSON.parse(bytes)) } catch { throw Problem(message: "the body is not acceptable JSON: \(error)") }
        case .jsonRepaired:
            let all = bytes(piece)
            if let value = try? JSON.parse(all) { return .value(value) }
            do { return .value(try JSON.parse(all, repairsQuotes: true)) } catch {
                throw Problem(message: "the body is not acceptable JSON: \(error)")
            }
        case .xml:
            do { return .value(try XMLElement.parse(bytes(piece)).json) } catch { throw Problem(message: "the body is not acceptable XML: \(error)") }
        case .query: return .value(document.query)
        case .multipart:
            guard let form = Form(multipart: bytes(piece), type: document.request.header("Content-Type") ?? "") else {
                throw Problem(message: "the body is no multipart/form-data that ends as its boundary says")
            }
            document.form = .object(form.fields.map { JSON.Member($0.name, .string($0.value)) })
            return .value(document.form)
        case .base64:
            guard let decoded = Base64.decode(bytes(piece)) else { throw Problem(message: "the body is not base64") }
            return .bytes(decoded)
        case .decodeValues(let place):
            return .value(try value(piece).changing(place.steps[...]) { $0.percentDecodedTexts() })
        case .each: return piece
        case .nothing: return .value(.object([]))
        }
    }

    private static func bytes(_ piece: Piece) -> [UInt8] {
        switch piece {
        case .bytes(let bytes): bytes
        case .value(let value): value.scalarText.map { Array($0.utf8) } ?? value.serialised()
        }
    }

    private static func value(_ piece: Piece) throws(Problem) -> JSON {
        switch piece {
        case .value(let value): value
        case .bytes(let bytes): .string(String(decoding: bytes, as: UTF8.self))
        }
    }
}

extension JSON {
    /// The value with the part at `steps` changed; unchanged where there is no such part.
    fileprivate func changing(_ steps: ArraySlice<Place.Step>, _ change: (JSON) -> JSON) -> JSON {
        guard let step = steps.first else { return change(self) }
        guard case .object(let members) = self else { return self }
        return .object(
            members.map { $0.name == step.name ? Member($0.name, $0.value.changing(steps.dropFirst(), change)) : $0 })
    }

    /// Every text below, percent-decoded once (FreeSWITCH mod_json_cdr, `encode-values`).
    fileprivate func percentDecodedTexts() -> JSON {
        switch self {
        case .string(let text): .string(String(decoding: percentDecoded(Array(text.utf8)), as: UTF8.self))
        case .array(let elements): .array(elements.map { $0.percentDecodedTexts() })
        case .object(let members): .object(members.map { Member($0.name, $0.value.percentDecodedTexts()) })
        case .null, .bool, .number: self
        }
    }
}
