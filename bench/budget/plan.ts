/** What a household's budget consists of, before any transaction. */

export const ACCOUNTS = [
  'Checking',
  'Credit card',
  'Joint account',
  'Cash',
  'Second card',
  'Travel card',
] as const;

export interface CategoryPlan {
  readonly group: string;
  readonly name: string;
  /** What its shops call themselves. */
  readonly trades: readonly string[];
}

const GROUPS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Food: {
    Groceries: 'Foods Market Stores',
    Restaurants: 'Kitchen Grill Bistro',
    Coffee: 'Coffee Espresso',
    Lunch: 'Deli Canteen',
    Drinks: 'Tavern Arms',
  },
  Home: {
    Rent: 'Lettings Estates',
    Electricity: 'Energy Power',
    Water: 'Water',
    Internet: 'Broadband Fibre',
    Furniture: 'Interiors Furniture',
    Repairs: 'Hardware Plumbing',
    Garden: 'Nursery Gardens',
  },
  Travel: {
    Fuel: 'Fuels Petrol',
    'Public transport': 'Rail Buses',
    Taxi: 'Cabs Taxis',
    Parking: 'Parking',
    Flights: 'Airways',
    Hotels: 'Hotel Inn',
    'Car service': 'Motors Garage',
  },
  Living: {
    Clothes: 'Outfitters Clothing',
    Shoes: 'Shoes',
    Hairdresser: 'Hair Salon',
    Pharmacy: 'Pharmacy Chemist',
    Doctor: 'Surgery Clinic',
    Dentist: 'Dental',
    Childcare: 'Nursery School',
    Pets: 'Vets Pets',
  },
  Leisure: {
    Books: 'Books Press',
    Music: 'Records Music',
    Films: 'Cinema Pictures',
    Games: 'Games Toys',
    Sport: 'Sports Gym',
    Hobbies: 'Crafts Hobbies',
    Gifts: 'Gifts Flowers',
  },
  Duties: {
    Insurance: 'Insurance Mutual',
    Taxes: 'Council Revenue',
    Bank: 'Bank',
    Phone: 'Mobile Telecom',
    Software: 'Software Cloud',
    Charity: 'Trust Charity',
  },
};

export const CATEGORIES: readonly CategoryPlan[] = Object.entries(GROUPS).flatMap(
  ([group, categories]) =>
    Object.entries(categories).map(([name, trades]) => ({
      group,
      name,
      trades: trades.split(' '),
    })),
);
