// SPDX-License-Identifier: Apache-2.0
internal import CallModel
public import Essentials
public import Hummingbird

/// Who may use the book, by which door.
public struct BookAccess: Sendable {
    /// What Callsieve's delivery shows at the lead intake.
    let token: Secret
    /// The name of the person or program behind a request to pages and cards; `nil` for a stranger. The web server decides.
    let authorise: @Sendable (Request) async -> String?

    public init(token: Secret, authorise: @escaping @Sendable (Request) async -> String?) {
        self.token = token
        self.authorise = authorise
    }

    /// - Throws: `BookError.unauthorised` unless the request bears the intake's token; compared in constant time.
    func checkIntake(_ request: Request) throws(BookError) {
        guard let header = request.headers[.authorization], header.lowercased().hasPrefix("bearer "),
            token == Secret(String(header.dropFirst(7)).trimmingSpaces())
        else {
            throw BookError(
                .unauthorised, en: "The lead intake needs Authorization: Bearer with the text of book-token in the data folder.",
                ru: "Для приёма заявок нужен Authorization: Bearer с текстом файла book-token из папки данных.")
        }
    }

    /// The person's name.
    ///
    /// - Throws: `unauthorised` for a stranger; `forbidden` for a change that another site's page asked a browser to make.
    func person(_ request: Request) async throws(BookError) -> String {
        guard let person = await authorise(request) else {
            throw BookError(
                .unauthorised, en: "Please sign in first: open /login?token= with the text of api-token in the data folder.",
                ru: "Сначала войдите: откройте /login?token= с текстом файла api-token из папки данных.")
        }
        guard request.isOwn else {
            throw BookError(
                .forbidden, en: "This change came from another site's page and was not made.",
                ru: "Изменение пришло со страницы другого сайта и не выполнено.")
        }
        return person
    }
}

extension Request {
    /// Whether a request can't be another site's doing (SECURITY.md 15).
    ///
    /// A browser says where a change comes from: in Sec-Fetch-Site (all since 2023), and in Origin, which is `null` on a page
    /// that sends no referrer. A request with neither comes from no page, and must then bring its credential in a header
    /// that no form can set.
    fileprivate var isOwn: Bool {
        if method == .get || method == .head { return true }
        if let site = headers[.secFetchSite] { return site == "same-origin" || site == "none" }
        guard let origin = headers[.origin] else { return headers[.authorization] != nil }
        let place = origin.split(separator: "/", omittingEmptySubsequences: true).dropFirst().first.map(String.init)
        return place != nil && place == (head.authority ?? headers[.host])
    }

    /// The language to answer in: the `lang` cookie, else the first that Accept-Language names and we speak, else the fallback.
    func language(fallback: Language) -> Language {
        if let chosen = cookies["lang"].flatMap({ Language(rawValue: $0.value) }) { return chosen }
        for range in (headers[.acceptLanguage] ?? "").prefix(200).split(separator: ",") {
            let tag = range.split(separator: ";")[0].split(separator: "-")[0].trimmingPrefix { $0 == " " }
            if let language = Language(rawValue: tag.lowercased()) { return language }
        }
        return fallback
    }
}
