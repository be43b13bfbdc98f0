// SPDX-License-Identifier: Apache-2.0

/// Messages and fixes of the readers with their Russian texts; `%` stands for a part that is taken over as {1}, {2} …
enum ReaderTexts {
    static let messages: [(String, String)] = words + numbers + clocks + names + outputs + files

    private static let words: [(String, String)] = [
        ("\"%\" is no value of %", "«{1}» — нет такого значения у {2}"), ("there is no fact \"%\" to give", "нет факта «{1}», который можно дать"),
        ("there is no fact \"%\" to look up", "нет факта «{1}», по которому искать"), ("there is no fact \"%\"", "нет такого факта: «{1}»"),
        ("there is no list \"%\"", "нет такого списка: «{1}»"), ("there is no file \"%\"", "нет такого файла: «{1}»"),
        ("there is no reason \"%\"", "нет такой причины: «{1}»"), ("there is no time zone \"%\"", "нет такого часового пояса: «{1}»"),
        ("\"%\" is neither yes nor no", "«{1}» — не да и не нет"), ("quotes are not needed", "кавычки не нужны"),
        ("values are not quoted", "значения пишутся без кавычек"), ("brackets are not needed", "скобки не нужны"),
        ("values stand side by side with commas", "значения перечисляются через запятую"),
        ("there is nothing between two commas", "между запятыми ничего нет"), ("\"%\" stands alone", "«{1}» стоит без значения"),
        ("tags are not negated by \"not\"", "метки не отрицаются словом «не»"), ("\"%\" is no test", "«{1}» — не условие"),
        ("a dash alone means nothing in YAML", "одна черта в YAML ничего не значит"),
        ("the symbol % needs quotes in YAML; write words", "знак {1} в YAML требует кавычек; пишите словами"),
        ("a symbol needs quotes in YAML; write words", "знак в YAML требует кавычек; пишите словами"),
        ("a dash has another meaning in YAML", "черта в YAML значит другое"), ("\"%\" has another meaning in YAML", "«{1}» в YAML значит другое"),
        ("expert cells (feel:) are not understood yet", "выражения feel: пока не поддерживаются"),
        ("\"%\" holds for no value of %", "«{1}» не подходит ни к одному значению {2}"),
        ("\"%\" needs a value behind it", "после «{1}» нужно значение"),
        ("\"%\" does not go with %, a %", "«{1}» не подходит к {2} ({3})"), ("\"%\" does not go with tags", "«{1}» не подходит к меткам"),
        ("the list \"%\" holds %, and % is a %", "в списке «{1}» — {2}, а {3} — это {4}"), ("a tag is missing", "не хватает метки"),
        ("\"%\" mixes Latin and Cyrillic letters", "в «{1}» смешаны латинские и русские буквы"),
        ("a cell is no YAML list", "ячейка — не список YAML"),
        ("a cell is one text", "ячейка — один текст"), ("a list is not needed here", "список здесь не нужен"),
    ]

    private static let numbers: [(String, String)] = [
        (
            "\"%\" has a comma after %; thousands are set apart by spaces, decimals by a point",
            "в «{1}» запятая после {2}; тысячи отделяют пробелом, дробную часть точкой"
        ), ("\"%\" in \"%\" is no number; write all digits", "«{1}» в «{2}» — не число; пишите все цифры"),
        ("the unit \"%\" does not stand in a cell: the fact has its unit", "единица «{1}» в ячейке не пишется: она есть у факта"),
        ("a % is a whole number", "{1} — целое число"), ("money has two decimals at the most", "у денег не больше двух знаков после точки"),
        ("\"%\" is not written as a number", "«{1}» — так число не пишут"), ("\"%\" is no number of %", "«{1}» — не число ({2})"),
        ("\"%\" is no number", "«{1}» — не число"), ("a % is not below 0", "{1} не бывает меньше 0"),
        ("\"%\" holds for nothing: it begins behind its end", "«{1}» ни к чему не подходит: начало позже конца"),
        ("a range has two ends", "у диапазона два конца"),
        ("\"%\" is not written as a range", "«{1}» — так диапазон не пишут"), ("\"%\" holds for nothing", "«{1}» ни к чему не подходит"),
        ("a range is expected", "здесь нужен диапазон"), ("\"%\" is no telephone number: it has letters", "«{1}» — не номер: в нём буквы"),
        ("a number in a file begins with +", "номер в файле начинается с +"),
        ("\"%\" has % digits; a number has 1 to 15", "в «{1}» цифр: {2}, а в номере от 1 до 15"),
    ]

    private static let clocks: [(String, String)] = [
        ("a range of time that ends when it begins holds for nothing", "промежуток, который кончается, когда начался, ни к чему не подходит"),
        ("one end has a year and the other has none", "у одного конца год есть, у другого нет"),
        ("the range of dates begins behind its end", "даты переставлены: начало позже конца"),
        ("\"%\" needs a date with a year", "для «{1}» нужна дата с годом"),
        ("a year is missing", "не хватает года"), ("\"%\" is no day of the calendar", "такого дня нет: «{1}»"),
        ("\"%\" is not written as a date", "«{1}» — так дату не пишут"),
        ("\"%\" is no month", "«{1}» — не месяц"), ("\"%\" is no day of the week", "«{1}» — не день недели"),
        ("\"%\" has no unit of time", "у «{1}» нет единицы времени"),
        ("\"%\" is no unit of time", "«{1}» — не единица времени"),
        ("\"%\" is not a whole number of milliseconds", "«{1}» — не целое число миллисекунд"),
        ("\"%\" is no time", "«{1}» — не время"), ("\"%\" is not written as a time", "«{1}» — так время не пишут"),
        ("\"%\" is no time of the day", "«{1}» — не время суток"),
        ("it ends before it begins", "кончается раньше, чем начинается"), ("\"%\" is no date and time", "«{1}» — не дата и время"),
    ]

    private static let names: [(String, String)] = [
        ("unknown key \"%\"", "неизвестный ключ «{1}»"), ("the key % stands twice", "ключ {1} стоит дважды"),
        ("the rule \"%\" stands twice in %", "правило «{1}» стоит дважды в {2}"),
        ("the % \"%\" stands twice in this folder", "имя «{2}» занято: оно стоит в папке дважды"),
        ("the value \"%\" stands twice", "значение «{1}» стоит дважды"), ("the column \"%\" stands twice", "столбец «{1}» стоит дважды"),
        ("the fact \"%\" is declared twice", "факт «{1}» описан дважды"), ("the fact \"%\" has no type", "у факта «{1}» нет типа"),
        ("\"%\" is no type", "«{1}» — не тип"), ("the choice \"%\" has no values", "у выбора «{1}» нет значений"),
        ("a value is missing between commas", "между запятыми не хватает значения"),
        ("a rule has no name", "у правила нет имени"), ("a table has no name", "у таблицы нет имени"), ("a list has no name", "у списка нет имени"),
        ("a promise has no name", "у обещания нет имени"), ("an example has no name", "у примера нет имени"),
        ("the format is missing", "не указан формат"),
        ("this version reads format 1, not \"%\"", "эта версия читает формат 1, а не «{1}»"), ("\"%\" is no moment", "«{1}» — не момент"),
        ("\"%\" is no way to hit", "«{1}» — не способ выбора правила"), ("how the table hits is missing", "не указано, как таблица выбирает правило"),
        ("the table has no rules", "в таблице нет правил"), ("the table has no column \"rule\"", "в таблице нет столбца «rule»"),
        ("the column \"%\" is neither a fact nor an output", "столбец «{1}» — не факт и не вывод"),
        ("\"%\" has no otherwise, and a moment must always answer", "у «{1}» нет otherwise, а ответ нужен всегда"),
        ("the example says no moment", "у примера нет момента"), ("the example expects nothing", "пример ничего не ждёт"),
        ("\"%\" can't be expected", "«{1}» нельзя ждать"),
        ("facts.yaml names no facts", "в facts.yaml нет фактов"), ("there is no facts.yaml", "нет файла facts.yaml"),
        ("tables use each other in a circle: %", "таблицы ссылаются друг на друга по кругу: {1}"),
        ("\"%\" stands before itself in a circle", "«{1}» стоит перед собой по кругу"),
        ("% is decided by \"%\" already", "{1} уже решает «{2}»"), ("\"%\" gives % already", "«{1}» уже даёт {2}"),
    ]

    private static let outputs: [(String, String)] = [
        ("it says nothing: then is missing", "не сказано, что делать: нет then"), ("\"%\" is nothing to do", "«{1}» — не действие"),
        ("\"%\" can't be said at %", "«{1}» нельзя сказать в момент {2}"),
        ("\"%\" is not among the outputs of %", "«{1}» нет среди outputs таблицы {2}"),
        ("% needs a target", "для {1} нужен адресат"), ("% needs a reason", "для {1} нужна причина"),
        ("% is no reason for %", "{1} — не причина для {2}"),
        ("\"%\" is no priority", "«{1}» — не важность"), ("% can be \"%\" here, which has no reason", "{1} здесь бывает «{2}», а причины у него нет"),
        ("by needs a choice, and % is a %", "для by нужен выбор, а {1} — это {2}"), ("\"before\" goes with defer", "before пишут с defer"),
        ("%: goes with tables that decide", "{1}: бывает в таблицах, которые решают"), ("a text is expected here", "здесь нужен текст"),
    ]

    private static let files: [(String, String)] = [
        ("a tab is used to indent", "отступ сделан табуляцией"), ("a space is missing behind the colon", "после двоеточия нет пробела"),
        ("a second colon in one line", "в строке второе двоеточие"), ("not readable as YAML: %", "не читается как YAML: {1}"),
        ("a block of \"key: value\" is expected here", "здесь нужны строки «ключ: значение»"), ("a list is expected here", "здесь нужен список"),
        ("columns are set apart by semicolons", "столбцы разделены точкой с запятой"),
        ("the line has % fields and the header %", "в строке полей: {1}, а в заголовке: {2}"), ("the file is empty", "файл пуст"),
        ("the quote opened in line %, column % is never closed", "кавычка из строки {1}, столбца {2} не закрыта"),
        ("line %: text follows a closing quote", "строка {1}: после закрывающей кавычки есть текст"),
        ("aliases (*name) are not used here", "ссылки (*имя) здесь не применяются"),
        ("can't be read: %", "не читается: {1}"), ("is no UTF-8 text", "это не текст UTF-8"),
    ]

    static let fixes: [(String, String)] = [
        ("did you mean \"%\"?", "может быть, «{1}»?"), ("one of: %", "одно из: {1}"), ("such as %", "например, {1}"),
        ("known here: %", "здесь бывает: {1}"),
        ("it takes: %", "можно: {1}"), ("declare it under lists:", "опишите его в lists:"), ("declare it in facts.yaml", "опишите его в facts.yaml"),
        ("delete one of them", "удалите одно из них"), ("delete it", "удалите"), ("keep one of them", "оставьте одно"), ("leave it out", "уберите"),
        ("give one of them another name", "переименуйте одно из них"), ("use two spaces for each level", "два пробела на каждый уровень"),
        ("write digits, such as 300 000", "пишите цифрами, например 300 000"), ("choose another bound", "возьмите другую границу"),
        ("leave out a value", "уберите одно значение"),
        ("leave the cell out for the whole day", "уберите ячейку, если подходит весь день"),
        ("exchange from and until", "поменяйте from и until местами"),
        ("a time from 00:00 to 23:59", "время от 00:00 до 23:59"),
        ("a day that exists, from 1900 to 2199", "день, который бывает, с 1900 по 2199 год"),
        ("yes or no", "да или нет"), ("put cells with commas into quotes", "ячейки с запятыми возьмите в кавычки"),
        ("otherwise: with then: and what goes with it", "otherwise: с then: и всем, что к нему нужно"), ("reason: one of %", "reason: одно из {1}"),
        ("add it to outputs: then:", "добавьте в outputs: then:"),
        (
            "every level is set in by two spaces, and a key ends with a colon and a space",
            "каждый уровень — два пробела; после ключа двоеточие и пробел"
        ),
        (
            "set the lines in by two spaces, each with a colon and a space behind its key",
            "отступ строк — два пробела; после ключа двоеточие и пробел"
        ),
        ("a colon is missing: %", "не хватает двоеточия: {1}"), ("widen it or delete the rule", "расширьте или удалите правило"),
        ("write it as plain tests, or as two rules", "напишите обычными условиями или двумя правилами"),
    ]
}
