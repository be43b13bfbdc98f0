// SPDX-License-Identifier: Apache-2.0
public import CallModel

/// Why the sales book refused something, in words for the person or program that asked.
///
/// `description` names no values of the card: it can be logged anywhere.
public struct BookError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Code: String, Sendable {
        case malformed, unauthorised, forbidden, notFound, moveNotAllowed, changedMeanwhile, tooLarge, notJSON, invalid, versionMissing, unavailable
    }

    public let code: Code
    /// The member or form field at fault, as the caller spelled it.
    public let field: String?
    /// The statuses that may follow the card's own, where a move was refused.
    public let allowed: [LeadStatus]
    private let english: String
    private let russian: String

    init(_ code: Code, field: String? = nil, allowed: [LeadStatus] = [], en: String, ru: String) {
        self.code = code
        self.field = field
        self.allowed = allowed
        english = en
        russian = ru
    }

    /// What is wrong and what would be right, in one or two sentences or, with a `field`, in a phrase about it.
    public func text(_ language: Language) -> String {
        switch language {
        case .en: english
        case .ru: russian
        }
    }

    /// `text`, after the field as a program spells it.
    func detail(_ language: Language) -> String {
        guard code == .invalid, let field else { return text(language) }
        return "\(field): \(text(language))"
    }

    public var description: String { "sales book: \(code.rawValue)\(field.map { " (\($0))" } ?? "")" }

    /// The HTTP status that the error answers with (RFC 9110, RFC 6585 for 428).
    var httpStatus: Int {
        switch code {
        case .malformed: 400
        case .unauthorised: 401
        case .forbidden: 403
        case .notFound: 404
        case .moveNotAllowed: 409
        case .changedMeanwhile: 412
        case .tooLarge: 413
        case .notJSON: 415
        case .invalid: 422
        case .versionMissing: 428
        case .unavailable: 503
        }
    }
}

extension BookError {
    static func invalid(_ field: String, en: String, ru: String) -> BookError {
        BookError(.invalid, field: field, en: en, ru: ru)
    }

    static let unavailable = BookError(
        .unavailable, en: "The book could not store this now. Nothing was changed; try again.",
        ru: "Сейчас не удалось сохранить. Ничего не изменено, попробуйте ещё раз.")

    static let changedMeanwhile = BookError(
        .changedMeanwhile, en: "Somebody changed this card after you opened it. Look at it again, then repeat the change.",
        ru: "Карточку изменили после того, как вы её открыли. Посмотрите её заново и повторите.")

    static func noCard(_ what: String) -> BookError {
        BookError(.notFound, en: "The book holds no \(what) of that id.", ru: "В книге нет такой записи.")
    }
}
