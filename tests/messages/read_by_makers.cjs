/* Reads cards as Microsoft's renderer does and calendars as Thunderbird's parser does; answers what each found.
   Usage: node read_by_makers.cjs FOLDER < {"cards": [...], "feed": "..."} */
"use strict";
const { readFileSync } = require("node:fs");
const packages = process.argv[2] + "/node_modules/";
const cards = require(packages + "adaptivecards/dist/adaptivecards.js");
const calendars = require(packages + "ical.js/dist/ical.es5.cjs");

function read(given) {
  const card = new cards.AdaptiveCard();
  const told = new cards.SerializationContext(cards.Versions.v1_4);
  card.parse(given, told);
  const problems = card.validateProperties().validationEvents.map((one) => one.message);
  for (let at = 0; at < told.eventCount; at += 1) problems.push(told.getEventAt(at).message);
  return { problems, card: card.toJSON() };
}

function entries(feed) {
  const whole = new calendars.Component(calendars.parse(feed));
  return whole.getAllSubcomponents("vevent").map((one) => {
    const event = new calendars.Event(one);
    return { uid: event.uid, summary: event.summary, on: event.startDate.toString(), day: event.startDate.isDate };
  });
}

const given = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify({ cards: given.cards.map(read), entries: entries(given.feed) }));
