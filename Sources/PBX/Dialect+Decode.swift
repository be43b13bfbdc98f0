// SPDX-License-Identifier: Apache-2.0
public import CallModel
import WireFormats

extension Dialect {
    /// What an authenticated request means. Never traps and never throws, whatever the bytes.
    public func decode(_ request: HookRequest, _ source: SourceProfile, numbers: PhoneNumbers) -> Decoded {
        guard let tail = tail(of: request, source) else { return unreadable("the path has no token") }
        let start = document(request, tail)
        if let handshake = compiled.handshakes.first(where: { $0.conditions.allSatisfy { $0.holds(in: start) } }) {
            return .handshake(handshake.reply.filled(start.text))
        }
        let type = request.mediaType
        guard let reading = compiled.readings.first(where: { $0.suits(type, start) }) else {
            return unreadable("no way to read a body of this content type (line of the dialect: body)")
        }
        do {
            let documents = try BodyReader.documents(reading, start)
            return try decode(documents, EventBuilder(dialect: compiled, source: source, numbers: numbers))
        } catch {
            return unreadable(error.message)
        }
    }

    private func decode(_ documents: [Document], _ builder: EventBuilder) throws(BodyReader.Problem) -> Decoded {
        var events: [CallEvent] = []
        var why = "the request holds no event"
        for document in documents {
            try check(document)
            guard let row = compiled.rows.first(where: { $0.suits(document) }) else {
                why = "no row of the dialect's events suits this request"
                continue
            }
            switch row.meaning {
            case .ignored(let reason): why = reason
            case .event(let kind): events.append(try builder.event(row, kind, document))
            }
        }
        return events.isEmpty ? .ignored(reply(.ok), why: why) : .events(events)
    }

    private func check(_ document: Document) throws(BodyReader.Problem) {
        for requirement in compiled.requirements {
            switch requirement {
            case .present(let expression, let name):
                guard document.isPresent(expression) else { throw BodyReader.Problem(message: "\(name) is missing") }
            case .endsWith(let left, let right, let names):
                guard let one = document.text(left), let other = document.text(right) else { continue }
                guard one.hasSuffix(other) else { throw BodyReader.Problem(message: "\(names) are not the same") }
            case .same(let left, let right, let names):
                guard let one = document.text(left), let other = document.text(right) else { continue }
                guard one == other else { throw BodyReader.Problem(message: "\(names) are not the same") }
            }
        }
    }

    /// A document before its body is read.
    func document(_ request: HookRequest, _ tail: ArraySlice<String>) -> Document {
        var document = Document(request, tail: tail)
        if compiled.usesQuery, !request.query.isEmpty {
            document.query = JSON.object(Form(parsing: request.query).fields.map { JSON.Member($0.name, .string($0.value)) })
        }
        return document
    }

    private func unreadable(_ problem: String) -> Decoded { .unreadable(reply(.malformed), problem: problem) }
}
