// SPDX-License-Identifier: Apache-2.0
internal import CallModel

/// The words of the pages in both languages.
enum Words {
    /// What templates find under `t.`.
    static func all(_ language: Language) -> [String: String] {
        table.mapValues { language == .en ? $0.en : $0.ru }
    }

    static func word(_ key: String, _ language: Language) -> String {
        table[key].map { language == .en ? $0.en : $0.ru } ?? key
    }

    static func status(_ status: LeadStatus, _ language: Language) -> String {
        let (en, ru) =
            switch status {
            case .new: ("New", "Новый")
            case .briefing: ("Briefing", "Брифинг")
            case .needsCallback: ("Call back", "Перезвонить")
            case .deferred: ("Deferred", "Отложен")
            case .qualified: ("Qualified", "Квалифицирован")
            case .accepted: ("Accepted", "Принят")
            case .returned: ("Returned", "Возвращён")
            case .proposal: ("Proposal", "Предложение")
            case .contract: ("Contract", "Договор")
            case .won: ("Won", "Оплачен")
            case .lost: ("Lost", "Проигран")
            case .notQualified: ("Not qualified", "Не подходит")
            case .notALead: ("Not a lead", "Не заявка")
            case .duplicate: ("Duplicate", "Повтор")
            }
        return language == .en ? en : ru
    }

    /// What a person does who moves a card there.
    static func move(_ target: LeadStatus, _ language: Language) -> String {
        let (en, ru) =
            switch target {
            case .accepted: ("Accept", "Принять")
            case .returned: ("Return", "Вернуть")
            case .qualified: ("Take back", "Взять обратно")
            case .proposal: ("Proposal sent", "Предложение отправлено")
            case .contract: ("Contract signed", "Договор подписан")
            case .won: ("Won, paid", "Оплачено")
            case .lost: ("Lost", "Проиграно")
            case .briefing: ("Reopen", "Открыть заново")
            default: (status(target, .en), status(target, .ru))
            }
        return language == .en ? en : ru
    }

    /// A call's outcome for people; a word that is not ours stands for itself.
    static func outcome(_ word: String, _ language: Language) -> String {
        guard let outcome = CallOutcome(rawValue: word) else { return word }
        let (en, ru) =
            switch outcome {
            case .answered: ("answered", "отвечен")
            case .missed: ("missed", "пропущен")
            case .busy: ("busy", "занято")
            case .abandoned: ("abandoned", "не дождался")
            case .afterHours: ("after hours", "в нерабочее время")
            case .voicemail: ("voicemail", "голосовая почта")
            case .blocked: ("blocked", "отклонён")
            case .diverted: ("diverted", "переведён")
            case .failed: ("failed", "сбой")
            }
        return language == .en ? en : ru
    }

    /// A reason code for people; a code that is not ours stands for itself.
    static func reason(_ code: String, _ language: Language) -> String {
        reasons[code].map { language == .en ? $0.en : $0.ru } ?? code
    }

    private static let reasons: [String: (en: String, ru: String)] = [
        "CONTACT_INVALID": ("contact is wrong", "неверный контакт"), "NOT_AS_BRIEFED": ("not as briefed", "не так, как в брифинге"),
        "ALREADY_OURS": ("already our client", "уже наш клиент"), "NO_ANSWER_N_TIMES": ("no answer several times", "не отвечает несколько раз"),
        "WRONG_GROUP": ("wrong group", "не та группа"), "PRICE": ("price", "цена"),
        "COMPETITOR_CHOSEN": ("competitor chosen", "выбрали конкурента"), "POSTPONED": ("postponed", "отложили"),
        "NO_ANSWER": ("no answer", "не отвечает"), "OUR_REFUSAL": ("our refusal", "наш отказ"),
        "PROPOSAL_LATE": ("proposal came late", "предложение опоздало"),
    ]

    private static let table: [String: (en: String, ru: String)] = [
        "book": ("Sales book", "Книга продаж"), "menu": ("Pages", "Страницы"), "language": ("Language", "Язык"),
        "skip": ("Skip to content", "К содержанию"), "calls": ("Calls", "Звонки"), "leads": ("Leads", "Заявки"), "cards": ("Cards", "Карточки"),
        "status": ("Status", "Статус"), "all": ("All", "Все"), "find": ("Find", "Найти"),
        "findHint": ("number, name, company", "номер, имя, компания"), "manager": ("Manager", "Менеджер"), "group": ("Group", "Группа"),
        "any": ("any", "все"), "show": ("Show", "Показать"), "client": ("Client", "Клиент"), "about": ("About", "О чём"),
        "amount": ("Amount", "Сумма"), "paid": ("Paid", "Оплачено"), "left": ("Left to pay", "Осталось"),
        "expected": ("Payment expected", "Ожидаем оплату"), "since": ("in this status since", "в этом статусе с"), "came": ("Came", "Поступила"),
        "more": ("Older cards →", "Более ранние →"),
        "move": ("Next step", "Следующий шаг"), "reason": ("Reason", "Причина"), "choose": ("choose…", "выберите…"),
        "field": ("Which field was wrong", "Какое поле неверно"), "note": ("Note", "Заметка"), "money": ("Money", "Деньги"),
        "currency": ("Currency", "Валюта"), "save": ("Save", "Сохранить"), "payment": ("Payment", "Платёж"), "paidOn": ("Paid on", "Дата оплаты"),
        "by": ("By", "Кто"), "addPayment": ("Add payment", "Добавить платёж"),
        "refundHint": ("A refund is a payment below zero, like -5000.", "Возврат — это платёж со знаком минус, например -5000."),
        "owner": ("Owner", "Ответственный"), "addNote": ("Add note", "Добавить заметку"), "briefing": ("Briefing", "Брифинг"),
        "openLead": ("Open the lead in Callsieve", "Открыть заявку в Callsieve"), "noCalls": ("No calls recorded.", "Звонков нет."),
        "listen": ("listen", "запись"), "history": ("History", "История"), "phone": ("Phone", "Телефон"), "email": ("E-mail", "Почта"),
        "company": ("Company", "Компания"), "line": ("Line", "Линия"), "channel": ("Channel", "Канал"), "service": ("Service", "Услуга"),
        "region": ("Region", "Регион"), "priority": ("Priority", "Приоритет"), "tags": ("Tags", "Метки"), "score": ("Score", "Баллы"),
        "act_by": ("Act by", "Ответить до"), "callback_at": ("Call back at", "Перезвонить"), "defer_until": ("Deferred until", "Отложен до"),
        "noMoves": (
            "Nothing to do here: the lead is with Callsieve now.", "Здесь делать нечего: заявка сейчас у Callsieve."
        ),
        "nobody": ("Number withheld", "Номер скрыт"), "unnamed": ("not named", "не названа"),
        "suggestWon": ("Paid in full. If the deal is done, mark it as won.", "Оплачено полностью. Если сделка закрыта, отметьте «Оплачено»."),
        "unsent": ("Changes not yet known to Callsieve: ", "Изменений, о которых Callsieve ещё не знает: "),
        "emptyBook": (
            "No cards yet. Leads that pass the rules come here by themselves.", "Карточек пока нет. Заявки, прошедшие правила, придут сюда сами."
        ),
        "emptyFilter": ("No card matches. Widen the filter.", "Ничего не найдено. Ослабьте отбор."),
        "listKeys": ("Keys: j, k next and previous card · Enter open · / find", "Клавиши: j, k следующая и предыдущая · Enter открыть · / найти"),
        "cardKeys": (
            "Keys: 1–9 next step · a amount · p payment · m manager · n note · b back",
            "Клавиши: 1–9 следующий шаг · a сумма · p платёж · m менеджер · n заметка · b назад"
        ),
        "signIn": ("Sign in", "Вход"), "notFound": ("No such card", "Такой карточки нет"), "failed": ("That did not work", "Не получилось"),
        "what.created": ("card made", "карточка создана"), "what.status": ("status", "статус"), "what.reason": ("reason", "причина"),
        "what.amount": ("amount", "сумма"), "what.expected_on": ("payment expected", "ожидаемая оплата"), "what.manager": ("manager", "менеджер"),
        "what.group": ("group", "группа"), "what.payment": ("payment", "платёж"), "what.note": ("note", "заметка"),
        "what.revision": ("briefing updated", "брифинг обновлён"), "what.call": ("call", "звонок"),
        "what.erased": ("personal data erased", "личные данные удалены"),
    ]
}
