// SPDX-License-Identifier: Apache-2.0
import RuleFiles

extension IntakeRig {
    /// A small agency: a client is diverted, a blocked number refused, a small budget dropped.
    static let rules = [
        RuleSource(path: "facts.yaml", text: factsFile), RuleSource(path: "agency.yaml", text: rulesFile),
        RuleSource(path: "lists/blacklist.csv", text: "number,until,note\n+7 495 666,,auto-dialler\n"),
    ]

    private static let factsFile = """
        format: 1
        facts:
          caller:
            type: phone
          caller is:
            type: choice
            values: stranger, client, partner, dealer, staff
          caller kind:
            type: choice
            values: number, withheld, extension, short, sip, unreadable
          caller country:
            type: text
          caller area:
            type: text
          number type:
            type: choice
            values: fixed, mobile, fixed or mobile, toll-free, premium, shared cost, VoIP, personal, pager, company, voicemail
          number valid:
            type: yes/no
          foreign caller:
            type: yes/no
          line:
            type: choice
            values: main, ads, tender
          repeats:
            type: count
          open lead:
            type: days
          outcome:
            type: choice
            values: ANSWERED, MISSED, BUSY, ABANDONED, AFTER_HOURS, VOICEMAIL, BLOCKED, DIVERTED, FAILED
          wait:
            type: duration
          talk:
            type: duration
          purpose:
            type: choice
            ask:
              en: What is the call about?
              ru: По какому вопросу вы звоните?
            values: project, job, vendor
            reasons:
              job: JOB_SEEKER
              vendor: VENDOR
          service:
            type: choice
            ask:
              en: Which service is it about?
              ru: Какая услуга нужна?
            values: site, seo, other
          budget:
            type: money
            unit: RUB
            ask:
              en: What budget have you planned?
              ru: Какой бюджет заложен?
          call back on:
            type: phone
            ask:
              en: Which number may we call back?
              ru: По какому номеру перезвонить?
        """

    private static let rulesFile = """
        format: 1
        rules: Agency intake
        zone: Europe/Moscow
        lists:
          - list: blacklist
            file: lists/blacklist.csv
            holds: phone
            ends: until
        tables:
          - table: ring
            decides: ring
            hits: first
            outputs:
              then: answer, divert, reject
            rules:
              - rule: our client
                if:
                  caller is: client
                then: divert
                to: account manager
                reason: EXISTING_CLIENT
              - rule: blacklisted
                if:
                  caller: in list blacklist
                then: reject
                reason: SPAM
              - rule: open lead
                if:
                  open lead: at most 2
                then: divert
                to: owner
                reason: DUPLICATE
            otherwise:
              then: answer
              group: sales
          - table: brief
            decides: brief
            hits: first
            when unknown: ask
            outputs:
              then: qualify, drop, not a lead
            rules:
              - rule: not an enquiry
                if:
                  purpose: job, vendor
                then: not a lead
                reason: by purpose
              - rule: too small
                if:
                  service: site
                  budget: under 300 000
                then: drop
                reason: BUDGET_LOW
            otherwise:
              then: qualify
              group: sales
              within: 30 min
          - table: hangup
            decides: hangup
            hits: first
            outputs:
              then: callback, not a lead
            rules:
              - rule: talked
                if:
                  outcome: ANSWERED
                then: callback
                reason: BRIEFING_NOT_CLOSED
                within: 15 min
              - rule: at once
                if:
                  wait: under 3 s
                then: not a lead
                reason: WRONG_NUMBER
            otherwise:
              then: callback
              reason: MISSED
              within: 15 min
        """
}
