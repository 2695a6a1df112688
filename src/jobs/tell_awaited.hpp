// Who is asked for something hears of it by mail or in the chat of its area, is reminded, and their owners hear of their silence (RC7).
// What is told closes itself when it waits no more: the list (views/awaited.hpp) is the truth, `awaited` what was said of it.
#pragma once
#include "capabilities/integration.hpp"
#include "jobs/escalation.hpp"
#include "planning/jobs.hpp"
#include "views/awaited.hpp"
#include "work/ids.hpp"
#include "work/runner.hpp"

namespace evenkeel::jobs {

/// What people were told of one thing that waits.
struct AwaitedNotice {
  std::string id;
  ReleaseId release_id;
  std::string act, what;
  std::vector<std::string> told_to;
  SysTime told_at;
  std::int64_t level = 0;  // Level
  std::string seen_by = {};
  std::optional<SysTime> seen_at = {}, closed_at = {};
};
BOOST_DESCRIBE_STRUCT(AwaitedNotice, (), (id, release_id, act, what, told_to, told_at, level, seen_by, seen_at, closed_at))

/// Begins when the definitions ask for it (`escalation.mail`, `chat` of an area).
Result<void> plan_telling(Work& work);
/// Each minute: one mail for each person who has something new to hear, one message in the chat of each area in which somebody has. Ledger:
/// awaited.escalated, for each step above a reminder.
Outcome tell_awaited(Claim& claim, const views::AwaitedSources& sources, const planning::Gates& gates, const std::string& url);
/// Nothing is sent where no mail server is connected or the person has no address.
Outcome awaited_mail(Claim& claim, const planning::AwaitedMail& order, const capabilities::Connections& outside);
/// Nothing is sent once the area names no chat any more.
Outcome awaited_chat(Claim& claim, const planning::AwaitedChat& order, const capabilities::Connections& outside);

struct TakeAwaited {
  static constexpr std::string_view required[] = {"key"};
  std::string key;
};
BOOST_DESCRIBE_STRUCT(TakeAwaited, (), (key))
/// "I have it in hand": no reminder until it is due. By who was told of it. Errors: not_found, forbidden. Ledger: awaited.taken.
Result<AwaitedNotice> take_awaited(Work& work, const TakeAwaited& command);

}  // namespace evenkeel::jobs
