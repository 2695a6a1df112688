// The guide's page of one bad day (docs/guide/bad-day.md): what each receiver gets, word for word. It is this story's own record, so that
// it stays true; UPDATE=1 writes it anew.
#include <fstream>
#include <regex>
#include <sstream>

#include "stories/agreement.hpp"

namespace evenkeel::stories {
namespace {

/// What was received since the last look, as sections of a page.
class Record {
 public:
  Record(World& world, const ToldShop& shop) : world_(world), shop_(shop) {}

  void chapter(const std::string& title, const std::string& words) { page_ += fmt::format("\n## {}\n\n{}\n", title, words); }
  /// A command that somebody types, and what it prints.
  Said types(const std::string& who, const std::vector<std::string>& words) {
    auto said = world_.as(who, words);
    EXPECT_EQ(said.code, 0) << fmt::format("{}", fmt::join(words, " ")) << said.err;
    std::string line = "evenkeel";
    for (const auto& w : words) line += w.find(' ') == std::string::npos ? " " + w : fmt::format(" \"{}\"", w);
    add(fmt::format("{} types at {}", name(who), clock()), line + "\n\n" + said.out);
    return said;
  }
  /// Minute by minute, so that each thing stands where it comes.
  void advance(int minutes) {
    for (int i = 0; i < minutes; i += minutes > 90 ? 15 : 1) world_.advance(minutes > 90 ? "15m" : "1m"), look();
  }
  void look() {
    const auto pager = shop_.pager.state(), mail = shop_.mail.state(), chat = shop_.chat.state();
    for (const auto& a : pager.at("alerts").as_array()) {
      const std::string state{a.at("state").as_string()}, key{a.at("dedup_key").as_string()}, summary{a.at("summary").as_string()};
      if (std::exchange(pages_[key], state + summary) == state + summary) continue;
      add(fmt::format("On call, on the telephone at {}", clock()), (state == "resolved"       ? "(over) "
                                                                    : state == "acknowledged" ? "(seen) "
                                                                                              : "") +
                                                                       summary);
    }
    const auto& letters = mail.at("messages").as_array();
    std::vector<std::pair<std::string, std::string>> by_text;  // a letter, and to whom it went
    for (; mails_ < letters.size(); ++mails_) {
      const auto& m = letters[mails_];
      const std::string to{m.at("to").as_array().at(0).as_string()};
      const auto letter = fmt::format("Subject: {}\n\n{}", std::string(m.at("subject").as_string()),
                                      std::string(m.at("mail").at("parts").as_array().at(0).at("text").as_string()));
      const auto known = std::ranges::find(by_text, letter, &std::pair<std::string, std::string>::first);
      if (known == by_text.end())
        by_text.emplace_back(letter, to);
      else
        known->second += " and " + to;
    }
    for (const auto& [letter, to] : by_text) add(fmt::format("{} by mail at {}", to, clock()), letter);
    const auto& lines = chat.at("messages").as_array();
    for (; chats_ < lines.size(); ++chats_)
      add(fmt::format("{} in the chat at {}", std::string(lines[chats_].at("channel").as_string()), clock()),
          std::string(lines[chats_].at("text").as_string()));
  }
  /// From here on it counts.
  void forget() {
    const auto begin = page_;
    look();
    page_ = begin;
  }
  void shows(const std::string& where, const std::string& text) { add(where, text); }
  const std::string& page() const { return page_; }

 private:
  static std::string name(const std::string& login) {
    static const std::map<std::string, std::string> names{{"ada", "Ada, coordinator,"}, {"eli", "Eli, on call,"}};
    return names.contains(login) ? names.at(login) : login;
  }
  std::string clock() { return world_.now().substr(11, 5) + "Z"; }
  /// What differs from run to run and means nothing to a reader is taken out.
  std::string steady(std::string text) const {
    text = std::regex_replace(text, std::regex(R"(http://127\.0\.0\.1:\d+)"), "https://shop.test");
    text = std::regex_replace(text, std::regex(R"(\b([a-z]{3,4})_[0-9a-f-]{16,})"), "$1_...");
    text = std::regex_replace(text, std::regex(R"(\b[0-9a-f]{10}([0-9a-f]{30}([0-9a-f]{24})?)?\b)"), "...");
    text = std::regex_replace(text, std::regex(R"(/tmp/evenkeel-story-\w+)"), "...");
    text = std::regex_replace(text, std::regex(R"([ \t]+\n)"), "\n");
    return std::regex_replace(text, std::regex(R"(\r)"), "");
  }
  void add(const std::string& title, const std::string& text) {
    auto body = steady(text);
    while (body.ends_with('\n')) body.pop_back();
    page_ += fmt::format("\n**{}**\n\n~~~text\n{}\n~~~\n", title, body);
  }

  World& world_;
  const ToldShop& shop_;
  std::string page_ =
      "# Guide: one bad day, as each receiver gets it\n\n"
      "Release 1.0.0 of a shop breaks five minutes after it went everywhere, recovers, breaks again at hour five and is rolled back. Below "
      "is "
      "every page, mail, chat line, report and note of that day, word for word, in order. This page is made by a test that runs the day.\n";
  std::map<std::string, std::string> pages_;
  std::size_t mails_ = 0, chats_ = 0;
};

/// What a reader sees of a page: the words of its main part, a line each.
std::string words_of_page(const std::string& html) {
  const auto from = html.find("<main"), to = html.find("</main>");
  std::string out;
  bool in_tag = false;
  for (auto at = from == std::string::npos ? 0 : from; at < std::min(to, html.size()); ++at) {
    if (html[at] == '<') in_tag = true, out += out.ends_with('\n') || out.empty() ? "" : "\n";
    if (!in_tag && !(html[at] == '\n' && out.ends_with('\n'))) out += html[at];
    if (html[at] == '>') in_tag = false;
  }
  return out;
}

TEST(BadDayStory, the_guides_page_says_what_each_receiver_gets) {
  if (std::getenv("EVENKEEL_STORY_START")) GTEST_SKIP() << "the page has its own day";
  ToldShop shop;
  World w{On::sqlite, shop.yaml(false)};
  w.ready();
  w.advance("1s");
  ASSERT_EQ(w.as("pia", {"notes", "approve", "1.0.0", "--audience", "customers"}).code, 0);
  ASSERT_EQ(w.as("alex", {"notes", "approve", "1.0.0", "--audience", "internal"}).code, 0);
  ASSERT_EQ(w.as("ada", {"decide", "1.0.0", "go"}).code, 0);
  w.advance("1m");
  Record record{w, shop};
  record.forget();  // what came before belongs to the days before
  record.chapter("It goes out", "The window is open, and the coordinator starts.");
  record.types("ada", {"deploy", "start", "1.0.0"});
  record.advance(5);
  record.chapter("Minute five: one request in twenty fails", "The limit of the catalog is one in a hundred.");
  shop.errors_from_now(w, "control", 0.05);
  record.advance(6);
  record.types("eli", {"page", "acknowledge", "1.0.0"});
  record.types("ada", {"recommendation", "decline", "1.0.0", "--reason", "a full disk, which Eli is clearing"});
  shop.errors_from_now(w, "control", 0.002);
  record.chapter("It holds again", "Eli has cleared the disk.");
  record.advance(60);
  record.chapter("The hour is over", "No report declares a release healthy over a breach that was paged: a person does.");
  record.types("eli", {"release", "healthy", "1.0.0", "--reason", "the disk was full; it is cleared and watched"});
  record.advance(10);
  record.shows("Anybody, at https://shop.test/changelog/1.0.0", words_of_page(w.get("/changelog/1.0.0", "").out));
  record.advance(225);
  record.chapter("Hour five: one request in three fails", "The release has shipped; customers feel it.");
  shop.errors_from_now(w, "control", 0.33);
  record.advance(6);
  record.types("eli", {"report-issue", "Lists stay empty", "--service", "catalog", "--ticket", "ZD-77"});
  record.advance(2);
  record.types("eli", {"rollback", "start", "1.0.0", "--reason", "customers see empty lists"});
  shop.errors_from_now(w, "control", 0.002);
  record.advance(10);
  record.chapter("Afterwards", "Who asks what happened reads it here.");
  record.types("eli", {"release", "show", "1.0.0"});
  record.types("eli", {"retro", "show", "1.0.0"});
  record.advance(1200);
  expect_agreement(w, "1.0.0", {"0.9.0", "1.0.0"}, &shop.pager, shop.receivers());

  const std::string file = std::string(BAD_DAY_PAGE);
  if (std::getenv("UPDATE")) std::ofstream(file) << record.page();
  std::ifstream in(file);
  const std::string known(std::istreambuf_iterator<char>(in), {});
  EXPECT_EQ(record.page(), known) << "UPDATE=1 writes the page anew; read it as its receivers do";
}

}  // namespace
}  // namespace evenkeel::stories
