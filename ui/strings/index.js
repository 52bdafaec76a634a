// Every label of the window. The engine words findings, errors, states and events.
// Money has three words only: Credit (the account's), Set aside (a deployment's) and Spent.
import * as check from "./check.js";
import * as choose from "./choose.js";
import { common } from "./common.js";
import * as deployment from "./deployment.js";
import * as help from "./help.js";
import * as history from "./history.js";
import * as home from "./home.js";
import * as settings from "./settings.js";
import * as welcome from "./welcome.js";

export const s = {
  ...common,
  ...welcome,
  ...home,
  ...check,
  ...choose,
  ...deployment,
  ...history,
  ...settings,
  ...help,
};
