// Closed deployments.
export const history = {
  title: "Closed deployments",
  empty: "No closed deployments yet. Each deployment that ends leaves a receipt here.",
  nothing: "No events yet.",
  list: "Closed deployments, newest first",
  name: "Name",
  ran: "Ran",
  spent: "Spent",
  returned: "Returned",
  closed: "Closed",
};
