// SPDX-License-Identifier: Apache-2.0
public import CallModel

/// Every text of the console in both languages. A test holds that no page asks for a key that is not here.
public struct Texts: Sendable {
    public let language: Language

    public init(_ language: Language) { self.language = language }

    /// The text of a key; the key itself when there is none, so that a gap is seen and not empty.
    public subscript(key: String) -> String {
        guard let row = Self.rows[key] else { return key }
        return language == .ru ? row.ru : row.en
    }

    /// All keys, for the script of the page.
    public var all: [String: String] { Self.rows.mapValues { language == .ru ? $0.ru : $0.en } }

    static let rows: [String: (en: String, ru: String)] = Dictionary(
        uniqueKeysWithValues: (general + calls + briefing + keys + lists + words).map { ($0.0, (en: $0.1, ru: $0.2)) })

    private static let general: [(String, String, String)] = [
        ("title", "Callsieve", "Callsieve"),
        ("nav.desk", "Calls", "Звонки"),
        ("nav.leads", "Leads", "Лиды"),
        ("nav.book", "Sales book", "Книга продаж"),
        ("nav.help", "Keys", "Клавиши"),
        ("language.other", "Русский", "English"),
        ("login.title", "Log in", "Вход"),
        ("login.token", "Token", "Токен"),
        ("login.where", "The token is in the file api-token of the data folder.", "Токен лежит в файле api-token в папке данных."),
        ("login.go", "Log in", "Войти"),
        ("login.wrong", "This is not the token.", "Это не тот токен."),
        ("login.out", "Log out", "Выйти"),
        ("operator.ask", "What is your name?", "Как вас зовут?"),
        ("operator.why", "It is written beside every briefing you take.", "Имя пишется у каждого брифинга, который вы ведёте."),
        ("operator.save", "Save", "Сохранить"),
        ("live.on", "live", "на связи"),
        ("live.off", "no connection, trying again", "нет связи, пробую снова"),
        ("save.busy", "saving…", "сохраняю…"),
        ("save.done", "saved", "сохранено"),
        ("save.failed", "not saved yet, trying again", "пока не сохранено, пробую снова"),
        ("problem.title", "Not possible", "Не получилось"),
        ("back", "Back", "Назад"),
        ("cancel", "Cancel", "Отмена"),
    ]

    private static let calls: [(String, String, String)] = [
        ("calls.ringing", "Ringing", "Звонят"),
        ("calls.talking", "Talking", "Разговор"),
        ("calls.ended", "Just ended", "Только что завершены"),
        ("calls.none", "No calls now", "Сейчас звонков нет"),
        ("caller.withheld", "number withheld", "номер скрыт"),
        ("caller.unknown", "no number", "нет номера"),
        ("call.repeats", "earlier calls", "звонил раньше"),
        ("call.noLead", "This call makes no lead.", "Этот звонок не создаёт лида."),
        ("call.watch", "watched only", "только наблюдение"),
        ("call.incomplete", "incomplete", "неполные данные"),
        ("due.title", "Callbacks due", "Перезвонить"),
        ("due.none", "Nobody waits for a call", "Никто не ждёт звонка"),
        ("due.overdue", "overdue", "просрочено"),
        ("due.noTime", "no time set", "время не назначено"),
        ("recent.title", "Dropped and waiting", "Отсеяны и ждут"),
        ("recent.none", "Nothing yet", "Пока пусто"),
        ("recent.all", "All lists", "Все списки"),
    ]

    private static let briefing: [(String, String, String)] = [
        ("brief.pick", "Choose a call on the left.", "Выберите звонок слева."),
        ("brief.take", "Take this call", "Взять звонок"),
        ("brief.takeHint", "Nobody has taken the briefing yet.", "Брифинг ещё никто не взял."),
        ("brief.heldBy", "The briefing is held by", "Брифинг ведёт"),
        ("brief.takeOver", "Take over", "Забрать себе"),
        ("brief.known", "Known", "Известно"),
        ("brief.questions", "Questions", "Вопросы"),
        ("brief.next", "Ask now", "Спросите сейчас"),
        ("brief.unneeded", "not needed now", "сейчас не нужно"),
        ("brief.declined", "not named", "не назвал"),
        ("brief.other", "other", "другое"),
        ("brief.otherAsk", "No answer fits: what did the caller say?", "Нет подходящего ответа: что сказал клиент?"),
        ("brief.save", "Save", "Сохранить"),
        ("brief.clear", "Clear", "Очистить"),
        ("brief.undecided", "Not decided yet", "Ещё не решено"),
        ("brief.decided", "Decided", "Решено"),
        ("brief.closeNow", "Nothing left to ask. Close the briefing.", "Спрашивать больше нечего. Закройте брифинг."),
        ("brief.closed", "Briefing closed", "Брифинг закрыт"),
        ("brief.closeAnyway", "Not decided yet. Press again to close anyway.", "Ещё не решено. Нажмите ещё раз, чтобы всё равно закрыть."),
        ("brief.close", "Close", "Закрыть"),
        ("brief.override", "Decide otherwise", "Решить иначе"),
        ("brief.rule", "rule", "правило"),
        ("brief.byRules", "The rules say", "Правила говорят"),
        ("brief.tagsHint", "several answers; Enter saves", "можно несколько; Enter сохраняет"),
        ("brief.reopenNote", "Why is it opened again?", "Почему открываем снова?"),
        ("brief.reopen", "Open again", "Открыть снова"),
        ("over.title", "Decide otherwise than the rules", "Решение вопреки правилам"),
        ("over.then", "Decision", "Решение"),
        ("over.reason", "Reason", "Причина"),
        ("over.group", "Group", "Группа"),
        ("over.note", "Why (will be kept)", "Почему (сохранится)"),
        ("over.save", "Decide", "Решить"),
        ("over.none", "none", "нет"),
    ]

    private static let keys: [(String, String, String)] = [
        ("keys.title", "Keys", "Клавиши"),
        ("keys.choose", "choose the numbered answer", "выбрать ответ с этим номером"),
        ("keys.enter", "save what was typed", "сохранить введённое"),
        ("keys.decline", "not named, refused, does not know", "не назвал, отказался, не знает"),
        ("keys.other", "no answer fits: type what was said", "нет подходящего ответа: записать слова"),
        ("keys.clear", "clear the answer", "очистить ответ"),
        ("keys.move", "other questions", "другие вопросы"),
        ("keys.next", "the question to ask now", "вопрос, который задать сейчас"),
        ("keys.calls", "the call above or below", "звонок выше или ниже"),
        ("keys.take", "take, take over", "взять, забрать себе"),
        ("keys.close", "close the briefing", "закрыть брифинг"),
        ("keys.override", "decide otherwise", "решить иначе"),
        ("keys.escape", "leave the field, so that letters are keys again", "выйти из поля: буквы снова клавиши"),
        ("keys.leads", "lists of leads", "списки лидов"),
        ("keys.language", "the other language", "другой язык"),
        ("keys.help", "this help", "эта справка"),
    ]

    private static let lists: [(String, String, String)] = [
        ("list.waiting", "Waiting", "Ждут"),
        ("list.dropped", "Dropped", "Отсеяны"),
        ("list.qualified", "Qualified", "Квалифицированы"),
        ("list.callbacks", "Callbacks due", "Перезвонить"),
        ("list.everything", "All leads", "Все лиды"),
        ("list.calls", "Calls", "Звонки"),
        ("list.when", "When", "Когда"),
        ("list.who", "Caller", "Кто звонил"),
        ("list.line", "Line", "Линия"),
        ("list.status", "Status", "Статус"),
        ("list.reason", "Reason", "Причина"),
        ("list.why", "Why", "Почему"),
        ("list.delivery", "CRM", "CRM"),
        ("list.due", "Due", "Срок"),
        ("list.outcome", "Outcome", "Итог звонка"),
        ("list.verdict", "At ring", "На входе"),
        ("list.anyReason", "any reason", "любая причина"),
        ("list.anyLine", "any line", "любая линия"),
        ("list.filter", "Show", "Показать"),
        ("list.empty", "Nothing here", "Здесь пусто"),
        ("list.more", "Further", "Дальше"),
        ("lead.title", "Lead", "Лид"),
        ("lead.open", "Open the briefing", "Открыть брифинг"),
        ("lead.calls", "Calls", "Звонки"),
        ("lead.decisions", "Decisions", "Решения"),
        ("lead.deliveries", "Deliveries to the CRM", "Доставка в CRM"),
        ("lead.facts", "Facts used", "Использованные факты"),
        ("lead.because", "Because", "Потому что"),
        ("lead.change", "What would have changed it", "Что изменило бы решение"),
        ("lead.overridden", "decided by", "решил(а)"),
        ("lead.owner", "Owner", "Ответственный"),
        ("lead.group", "Group", "Группа"),
        ("lead.priority", "Priority", "Приоритет"),
        ("lead.created", "First contact", "Первый контакт"),
        ("lead.money", "Amount, paid", "Сумма, оплачено"),
        ("lead.recording", "recording", "запись"),
        ("lead.attempts", "attempts", "попыток"),
    ]
}
