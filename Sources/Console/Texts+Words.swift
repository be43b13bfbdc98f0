// SPDX-License-Identifier: Apache-2.0
import CallModel

/// The words of the vocabulary as people read them; keys are `status.X`, `reason.X`, `then.x`, `outcome.X`, `moment.x`.
extension Texts {
    static let words: [(String, String, String)] = statuses + reasons + outcomes + verdicts + deliveries

    private static let statuses: [(String, String, String)] = [
        ("status.NEW", "new", "новый"),
        ("status.BRIEFING", "briefing", "брифинг"),
        ("status.NEEDS_CALLBACK", "call back", "перезвонить"),
        ("status.DEFERRED", "deferred", "отложен"),
        ("status.QUALIFIED", "qualified", "квалифицирован"),
        ("status.ACCEPTED", "accepted", "принят"),
        ("status.RETURNED", "returned", "возвращён"),
        ("status.PROPOSAL", "proposal", "предложение"),
        ("status.CONTRACT", "contract", "договор"),
        ("status.WON", "won", "оплачен"),
        ("status.LOST", "lost", "проигран"),
        ("status.NOT_QUALIFIED", "not qualified", "не подходит"),
        ("status.NOT_A_LEAD", "not a lead", "не лид"),
        ("status.DUPLICATE", "duplicate", "дубль"),
    ]

    private static let reasons: [(String, String, String)] = [
        ("reason.BRIEFING_NOT_CLOSED", "briefing not closed", "брифинг не закрыт"),
        ("reason.CHECK_SUPPLY", "supply to be checked", "проверить поставку"),
        ("reason.BUDGET_LOW", "budget too low", "мал бюджет"),
        ("reason.SERVICE_NOT_OFFERED", "service not offered", "не наша услуга"),
        ("reason.OUT_OF_REGION", "out of region", "не наш регион"),
        ("reason.NO_DECISION_MAKER", "does not decide", "не принимает решение"),
        ("reason.TENDER_FORMALITY", "tender as a formality", "тендер для вида"),
        ("reason.TOO_SMALL", "too small", "слишком мало"),
        ("reason.NOT_LEGAL_ENTITY", "not a company", "не юрлицо"),
        ("reason.INSURANCE_NOT_ACCEPTED", "insurance not accepted", "страховка не принимается"),
        ("reason.NO_CAPACITY", "no capacity", "нет возможности взять"),
        ("reason.RISK", "risk", "риск"),
        ("reason.SPAM", "spam", "спам"),
        ("reason.SILENCE_OR_ROBOT", "silence or a robot", "тишина или робот"),
        ("reason.WRONG_NUMBER", "wrong number", "ошиблись номером"),
        ("reason.VENDOR", "offers something", "предлагает своё"),
        ("reason.JOB_SEEKER", "looks for a job", "ищет работу"),
        ("reason.EXISTING_CLIENT", "existing client", "действующий клиент"),
        ("reason.PARTNER", "partner", "партнёр"),
        ("reason.COMPETITOR", "competitor", "конкурент"),
        ("reason.PERSONAL", "personal call", "личный звонок"),
        ("reason.TEST", "test", "проверка"),
        ("reason.CONTACT_INVALID", "contact invalid", "контакт неверный"),
        ("reason.NOT_AS_BRIEFED", "not as briefed", "не как в брифинге"),
        ("reason.ALREADY_OURS", "already ours", "уже наш"),
        ("reason.NO_ANSWER_N_TIMES", "does not answer", "не отвечает"),
        ("reason.WRONG_GROUP", "wrong group", "не та группа"),
        ("reason.PRICE", "price", "цена"),
        ("reason.COMPETITOR_CHOSEN", "chose a competitor", "выбрал конкурента"),
        ("reason.POSTPONED", "postponed", "перенёс"),
        ("reason.NO_ANSWER", "no answer", "нет ответа"),
        ("reason.OUR_REFUSAL", "we refused", "отказались мы"),
        ("reason.PROPOSAL_LATE", "proposal too late", "предложение опоздало"),
        ("reason.BAD_TIMING", "bad timing", "не время"),
        ("reason.BUDGET_NEXT_PERIOD", "budget next period", "бюджет в следующем периоде"),
        ("reason.DUPLICATE", "duplicate", "дубль"),
        ("reason.ANSWERED", "answered", "отвечен"),
        ("reason.MISSED", "missed", "пропущен"),
        ("reason.BUSY", "busy", "занято"),
        ("reason.ABANDONED", "caller gave up", "не дождался"),
        ("reason.AFTER_HOURS", "after hours", "нерабочее время"),
        ("reason.VOICEMAIL", "voicemail", "голосовая почта"),
        ("reason.BLOCKED", "blocked", "отклонён"),
        ("reason.DIVERTED", "diverted", "переадресован"),
        ("reason.FAILED", "network failure", "сбой сети"),
    ]

    private static let outcomes: [(String, String, String)] = [
        ("outcome.ANSWERED", "answered", "отвечен"),
        ("outcome.MISSED", "missed", "пропущен"),
        ("outcome.BUSY", "busy", "занято"),
        ("outcome.ABANDONED", "caller gave up", "не дождался"),
        ("outcome.AFTER_HOURS", "after hours", "нерабочее время"),
        ("outcome.VOICEMAIL", "voicemail", "голосовая почта"),
        ("outcome.BLOCKED", "blocked", "отклонён"),
        ("outcome.DIVERTED", "diverted", "переадресован"),
        ("outcome.FAILED", "network failure", "сбой сети"),
    ]

    private static let verdicts: [(String, String, String)] = [
        ("then.answer", "answer", "ответить"),
        ("then.answer first", "answer first", "ответить первым"),
        ("then.divert", "divert", "переадресовать"),
        ("then.menu", "menu", "в меню"),
        ("then.voicemail", "voicemail", "голосовая почта"),
        ("then.reject", "reject", "отклонить"),
        ("then.qualify", "qualify", "квалифицировать"),
        ("then.callback", "call back", "перезвонить"),
        ("then.defer", "defer", "отложить"),
        ("then.drop", "drop", "отсеять"),
        ("then.not a lead", "not a lead", "не лид"),
        ("then.duplicate", "duplicate", "дубль"),
        ("moment.ring", "at ring", "на входе"),
        ("moment.brief", "briefing", "брифинг"),
        ("moment.hangup", "after the call", "после звонка"),
        ("yes", "yes", "да"),
        ("no", "no", "нет"),
    ]

    private static let deliveries: [(String, String, String)] = [
        ("delivery.waiting", "waiting to be sent", "ждёт отправки"),
        ("delivery.sending", "being sent", "отправляется"),
        ("delivery.delivered", "in the CRM", "в CRM"),
        ("delivery.held", "held: a person must look", "задержан: нужен человек"),
        ("delivery.dead", "given up", "не доставлен"),
    ]
}
