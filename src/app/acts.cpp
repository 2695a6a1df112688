#include "app/acts.hpp"

#include "api/possible_acts.hpp"

namespace evenkeel::app {

std::vector<catalogue::Act> all_acts(const planning::Gates& gates, const views::AwaitedSources& awaited) {
  std::vector<catalogue::Act> all;
  const auto add = [&](std::vector<catalogue::Act> more) {
    all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
  };
  add(definitions::acts());
  add(planning::acts());
  add(views::acts(gates, awaited));
  add(risk::acts());
  add(changelog::acts());
  add(gonogo::acts(gates));
  add(deploy::acts());
  add(validation::acts());
  add(jobs::acts());
  add(incident::acts());
  add(comms::acts());
  add(dora::acts());
  add(retro::acts());
  add(accounts::acts());
  add(api::acts(all));
  catalogue::check(all);
  return all;
}

}  // namespace evenkeel::app
