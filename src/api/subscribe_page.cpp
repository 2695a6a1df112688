// Subscribing by mail: pages without script, for people outside, and what the company sees of it (numbers, never addresses).
#include "api/endpoints.hpp"
#include "api/public_page.hpp"
#include "api/throttle.hpp"
#include "comms/archive.hpp"
#include "comms/digest.hpp"
#include "markdown/markdown.hpp"

namespace evenkeel::api {
namespace {

using comms::Rhythm;
using comms::Subscription;
using comms::SubscriptionState;
using markdown::escaped;

Actor outsider() {
  auto actor = member(Member::notes_author);
  actor.via = Via::web;
  return actor;
}

/// Secrets stand in these addresses: nothing keeps the page, and no link tells where the reader came from.
http::Response page_of(PublicFrame frame, std::string_view heading, const std::string& main, int status = 200) {
  frame.heading = heading;
  frame.path.clear();  // secrets stand in these addresses
  frame.base.clear();
  http::Response response{status, "text/html; charset=utf-8",
                          public_frame(frame, fmt::format("<article>\n<h2>{}</h2>\n{}</article>\n", escaped(heading), main))};
  response.headers.set("Content-Security-Policy",
                       "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'");
  response.headers.set("Cache-Control", "no-store");
  response.headers.set("Referrer-Policy", "no-referrer");
  response.headers.set("Vary", "Accept-Language");
  return response;
}

std::string selection(std::string_view label, std::string_view name, const std::vector<std::pair<std::string, std::string_view>>& options,
                      std::string_view chosen) {
  auto out = fmt::format("<label for=\"{0}\">{1}</label>\n<select id=\"{0}\" name=\"{0}\">", name, label);
  for (const auto& [value, words] : options)
    out += fmt::format("<option value=\"{}\"{}>{}</option>", escaped(value), value == chosen ? " selected" : "", escaped(words));
  return out + "</select>\n";
}

std::string rhythm_choice(const PublicFrame& frame, std::string_view chosen) {
  const auto& says = frame.says();
  return selection(says.how_often, "rhythm",
                   {{"every_release", says.every_release}, {"monthly", says.monthly}, {"quarterly", says.quarterly}}, chosen);
}
/// Nothing where notes have one language.
std::string language_choice(const PublicFrame& frame, std::string_view chosen) {
  if (frame.locales.size() < 2) return {};
  std::vector<std::pair<std::string, std::string_view>> all;
  all.reserve(frame.locales.size());
  for (const auto& locale : frame.locales) all.emplace_back(locale, locale);
  return selection(frame.says().language, "locale", all, chosen);
}

std::string subscribe_form(app::App& app, const PublicFrame& frame, const http::Query& was, const std::string& complaint) {
  const auto& says = frame.says();
  const auto given = [&](const std::string& name, std::string otherwise = {}) {
    const auto at = was.find(name);
    return at == was.end() ? otherwise : at->second;
  };
  std::vector<std::pair<std::string, std::string_view>> audiences;
  std::string areas;
  const auto current = app.database->read([&](store::Tx& tx) { return definitions::current(tx); });
  if (current) {
    for (const auto& a : (*current)->audiences)
      if (a.kind == definitions::AudienceKind::customers) audiences.emplace_back(a.name, a.name);
    if ((*current)->areas.size() > 1) {
      areas = fmt::format("<fieldset>\n<legend>{}</legend>\n", says.products);
      for (const auto& a : (*current)->areas)
        areas += fmt::format("<label><input type=\"checkbox\" name=\"area.{}\">{}</label>\n", escaped(a.name),
                             escaped(a.title.empty() ? a.name : a.title));
      areas += "</fieldset>\n";
    }
  }
  return fmt::format(
      "{}<form class=\"form\" method=\"post\" action=\"/changelog/subscribe\">\n<label for=\"address\">{}</label>\n"
      "<input id=\"address\" name=\"address\" type=\"email\" required autocomplete=\"email\" maxlength=\"254\" value=\"{}\">\n{}{}{}{}"
      "<p>{}</p>\n<button>{}</button>\n</form>\n",
      complaint.empty() ? "" : fmt::format("<p class=\"error\" role=\"alert\">{}</p>\n", escaped(complaint)), says.address,
      escaped(given("address")), rhythm_choice(frame, given("rhythm")), language_choice(frame, given("locale", frame.locale)),
      audiences.size() < 2 ? "" : selection(says.interested_as, "audience", audiences, given("audience")), areas, says.first_a_link,
      says.subscribe);
}

/// What a reader can do about it. What only a forged form brings about is told in English.
std::string complaint_of(const PublicFrame& frame, const Error& error) {
  const auto& says = frame.says();
  if (error.kind == ErrorKind::invalid) return std::string(error.field == "address" ? says.bad_address : std::string_view(error.message));
  return std::string(says.not_now);
}

/// Each asks for a mail to an address that the sender only claims: twenty an hour from one place are enough, and five to one mailbox,
/// however it is written. It is counted whoever has subscribed, so the answer tells nothing of that.
struct AskLimits {
  Throttle place{"subscription by place", 20, std::chrono::hours{1}};
  Throttle mailbox{"subscription by mailbox", 5, std::chrono::hours{1}};
};

/// No mail can be sent, or none with a link that leads back: nothing is promised.
Result<http::Response> not_offered(const PublicFrame& frame) {
  return page_of(frame, frame.says().subscribe, fmt::format("<p>{}</p>\n", frame.says().not_now), 404);
}

Result<http::Response> take_subscription(app::App& app, const AskLimits& limits, Call& call) {
  if (call.request.body.size() > 8192) return invalid("the form is too long");
  const auto form = http::parse_query(call.request.body);
  auto frame = frame_of(app, call);
  if (!frame.mail) return not_offered(frame);
  comms::Subscribe in;
  for (const auto& [name, value] : form) {
    if (name == "address") in.address = value;
    if (name == "audience") in.audience = value;
    if (name == "rhythm") in.rhythm = json::enum_from<Rhythm>(value).value_or(Rhythm::every_release);
    if (name == "locale") in.locale = value;
    if (name.starts_with("area.")) in.areas.push_back(name.substr(5));
  }
  const auto& says = frame.says();
  const auto now = app.clock->now();
  const auto place = place_of(call.request), mailbox = mailbox_of(in.address.substr(0, 320));
  const auto free = app.database->write([&](store::Tx& tx) -> Result<void> {
    TRY(limits.place.check(tx, place, now));
    TRY(limits.mailbox.check(tx, mailbox, now));
    limits.place.count(tx, place, now);
    limits.mailbox.count(tx, mailbox, now);
    return {};
  });
  if (!free)
    return page_of(frame, says.subscribe, subscribe_form(app, frame, form, complaint_of(frame, free.error())),
                   http_status(free.error().kind));
  const auto done = app.engine->perform(outsider(), [&](Work& work) { return comms::subscribe(work, in); });
  if (!done)
    return page_of(frame, says.subscribe, subscribe_form(app, frame, form, complaint_of(frame, done.error())),
                   done.error().kind == ErrorKind::invalid ? 422 : 503);
  return page_of(frame, says.look_into_mail, fmt::format("<p>{}</p>\n", says.link_sent));
}

std::string act(const Subscription& s, const std::string& what, std::string_view words, const std::string& more = {}) {
  return fmt::format(
      "<form class=\"form\" method=\"post\" action=\"{}\">\n<input type=\"hidden\" name=\"do\" "
      "value=\"{}\">\n{}<button>{}</button>\n</form>\n",
      escaped(comms::subscription_path(s)), what, more, words);
}
/// In the language that the subscriber chose.
http::Response manage(PublicFrame frame, const Subscription& s) {
  frame.locale = s.locale.empty() ? frame.locales.front() : s.locale;
  const auto& says = frame.says();
  if (s.state == SubscriptionState::ended)
    return page_of(frame, says.left, fmt::format("<p>{} <a href=\"/changelog/subscribe\">{}</a></p>\n", says.nobody_writes, says.again));
  if (s.state == SubscriptionState::asked) return page_of(frame, says.confirm_title, act(s, "confirm", says.confirm));
  return page_of(frame, says.yours,
                 act(s, "change", says.change, rhythm_choice(frame, json::enum_text(s.rhythm)) + language_choice(frame, frame.locale)) +
                     act(s, "leave", says.leave));
}

Endpoint open(std::string method, std::string path, std::string summary, std::function<Result<http::Response>(Call&)> handler) {
  return endpoint<Nothing, http::Response>(std::move(method), std::move(path), std::move(summary), std::move(handler))
      .tagged("public changelog")
      .of_type("text/html")
      .for_anyone("readers of the public changelog have no account; the link in their mail is the proof");
}

/// A wrong or used-up link is answered with a page that says what to do.
Result<http::Response> page_or_words(app::App& app, Call& call, const Result<Subscription>& s) {
  const auto frame = frame_of(app, call);
  if (s) return manage(frame, *s);
  return page_of(frame, frame.says().link_broken, fmt::format("<p><a href=\"/changelog/subscribe\">{}</a></p>\n", frame.says().again),
                 s.error().kind == ErrorKind::not_found ? 404 : 409);
}

}  // namespace

std::vector<Endpoint> subscription_endpoints(app::App& app) {
  std::vector<Endpoint> list;
  list.push_back(open("GET", "/changelog/subscribe", "The form to subscribe by mail", [&app](Call& call) -> Result<http::Response> {
    const auto frame = frame_of(app, call);
    if (!frame.mail) return not_offered(frame);
    return page_of(frame, frame.says().subscribe, subscribe_form(app, frame, {}, {}));
  }));
  list.push_back(open("POST", "/changelog/subscribe", "Ask for a subscription (a form)",
                      [&app, limits = std::make_shared<const AskLimits>()](Call& call) { return take_subscription(app, *limits, call); }));
  const std::string one = "/changelog/subscriptions/{id}/{secret}";
  list.push_back(open("GET", one, "Confirm, change or leave: the page behind the link", [&app](Call& call) {
    return page_or_words(
        app, call, app.database->read([&](store::Tx& tx) { return comms::find_subscription(tx, call.param("id"), call.param("secret")); }));
  }));
  list.push_back(open("POST", one, "Confirm, change or leave", [&app](Call& call) {
    const auto form = http::parse_query(call.request.body.substr(0, 1000));
    const auto wanted = form.contains("do") ? form.find("do")->second : "";
    const auto id = call.param("id"), secret = call.param("secret");
    return page_or_words(app, call, app.engine->perform(outsider(), [&](Work& work) -> Result<Subscription> {
      if (wanted == "confirm") return comms::confirm_subscription(work, id, secret);
      if (wanted == "leave") return comms::end_subscription(work, id, secret);
      if (wanted == "change" && form.contains("rhythm"))
        return comms::change_preference(work, id, secret,
                                        {.rhythm = TRY(json::enum_from<Rhythm>(form.find("rhythm")->second)),
                                         .locale = form.contains("locale") ? form.find("locale")->second : ""});
      return invalid("do is confirm, change or leave", "do");
    }));
  }));
  list.push_back(open("POST", one + "/unsubscribe", "Leave by one click (RFC 8058)", [&app](Call& call) {
    return page_or_words(app, call, app.engine->perform(outsider(), [&](Work& work) {
      return comms::end_subscription(work, call.param("id"), call.param("secret"));
    }));
  }));
  list.push_back(open("GET", one + "/unsubscribe", "The page to leave", [&app](Call& call) {
    return page_or_words(
        app, call, app.database->read([&](store::Tx& tx) { return comms::find_subscription(tx, call.param("id"), call.param("secret")); }));
  }));
  return list;
}

}  // namespace evenkeel::api
