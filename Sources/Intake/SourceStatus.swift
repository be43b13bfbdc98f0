// SPDX-License-Identifier: Apache-2.0
public import CallModel
public import Essentials
import PBX
import Store

/// How a source is doing: whether its PBX is heard, and if not, why.
public struct SourceStatus: Sendable, Hashable {
    public enum State: String, Sendable, CaseIterable {
        /// Nothing came yet.
        case waiting
        case heard
        /// Nothing came for long though its lines are open.
        case silent
        /// What came last was not believed.
        case refused
    }

    public var name: String
    /// The dialect's name for people.
    public var title: String
    /// Where its PBX is to post, without the secret part.
    public var hook: String
    public var state: State
    public var seenAt: Instant?
    /// The kind of the last event, `handshake`, `unreadable` or `ignored`.
    public var seenKind: String?
    public var refusedAt: Instant?
    public var refusedReason: String?

    init(_ source: IntakeSettings.Source, _ contact: SourceContact?, openLong: Bool, now: Instant) {
        name = source.profile.name
        title = source.profile.dialect.title
        hook = "/hooks/\(source.profile.name)" + (source.profile.hasPathToken ? "/TOKEN" : "")
        seenAt = contact?.seenAt
        seenKind = contact?.seenKind
        refusedAt = contact?.refusedAt
        refusedReason = contact?.refusedReason
        if let refusedAt, seenAt.map({ $0 < refusedAt }) ?? true {
            state = .refused
        } else if let seenAt {
            state = openLong && now - seenAt > source.quietAfter ? .silent : .heard
        } else {
            state = .waiting
        }
    }

    /// The state in a sentence, with what to do about it. Holds no secret and no number.
    public func sentence(_ language: Language) -> String {
        switch (state, language) {
        case (.waiting, .en): "\(name): waiting for the first webhook at \(hook)."
        case (.waiting, .ru): "\(name): ждём первый вебхук по адресу \(hook)."
        case (.heard, .en): "\(name): heard."
        case (.heard, .ru): "\(name): на связи."
        case (.silent, .en): "\(name): silent in working hours. Is the hook still switched on in the PBX?"
        case (.silent, .ru): "\(name): молчит в рабочее время. Включён ли ещё вебхук в АТС?"
        case (.refused, .en): "\(name): the last webhook was refused: \(remedy(.en))"
        case (.refused, .ru): "\(name): последний вебхук отклонён: \(remedy(.ru))"
        }
    }

    private func remedy(_ language: Language) -> String {
        let reason = refusedReason.flatMap(RefusalReason.init) ?? .missing
        let (english, russian) =
            switch reason {
            case .missing:
                (
                    "it bore no signature or token. Is signing switched on, and the address complete?",
                    "нет подписи или токена. Включена ли подпись, полон ли адрес?"
                )
            case .badSignature:
                (
                    "its signature does not fit. Is the secret the one of the PBX, and the base url what the PBX calls?",
                    "подпись не сходится. Тот ли секрет указан, тот ли base url?"
                )
            case .badToken: ("its token or password is another one than configured.", "токен или пароль не тот, что в конфигурации.")
            case .unknownKey: ("it is signed for an account that is not configured.", "подписан для аккаунта, которого нет в конфигурации.")
            case .stale: ("its time is too far from ours. Are both clocks right?", "его время далеко от нашего. Верны ли часы?")
            case .truncated: ("its body was cut off on the way. Look at the proxy.", "тело обрезано по пути. Проверьте прокси.")
            case .notConfigured: ("this source has no secret to check it with.", "у источника нет секрета для проверки.")
            }
        return language == .en ? english : russian
    }
}

extension HookIntake {
    /// All configured sources by name, as they are now. Blocks on the store.
    public func sources() async -> [SourceStatus] {
        let stored = (try? await store.read { try $0.sourceContacts() }) ?? [:]
        let seen = contacts.all, now = time.now()
        return parts.settings.sources.values.sorted { $0.profile.name < $1.profile.name }.map { source in
            var contact = stored[source.profile.name]
            if let own = seen[source.profile.name] {
                contact = contact ?? SourceContact(source: own.source)
                contact?.merge(own)
            }
            return SourceStatus(source, contact, openLong: isOpenLong(source, now), now: now)
        }
    }

    /// Whether a line of the source is open now and was so when its silence became too long.
    private func isOpenLong(_ source: IntakeSettings.Source, _ now: Instant) -> Bool {
        parts.settings.lines.all.contains { line in
            guard line.source == nil || line.source == source.profile.name, let hours = line.hours else { return false }
            let zone = line.zone ?? source.profile.zone
            return [now, now - source.quietAfter].allSatisfy { LocalTime.isOpen(hours, at: $0, zone: zone) ?? false }
        }
    }
}
